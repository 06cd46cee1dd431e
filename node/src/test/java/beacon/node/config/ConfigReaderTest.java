package beacon.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    private static final String LEAST = """
            member:
              id: m1
              data: data
            tls:
              ca: tls/ca.pem
              certificate: tls/cert.pem
              key: /etc/beacon/key.pem
            cluster:
              id: test
              members:
                - {id: m1, raft: "10.0.0.1:7411", client: "10.0.0.1:7401"}
                - {id: m2, raft: "10.0.0.2:7411", client: "10.0.0.2:7401"}
                - {id: m3, raft: "[fd00::3]:7411", client: "m3.example:7401"}
            """;

    @TempDir
    Path directory;

    @Test
    void fillsInEveryDefault() throws Exception {
        NodeConfig config = read(LEAST);

        assertThat(config.memberId()).isEqualTo("m1");
        assertThat(config.clusterId()).isEqualTo("test");
        assertThat(config.data()).isEqualTo(directory.resolve("data"));
        assertThat(config.tls().ca()).isEqualTo(directory.resolve("tls/ca.pem"));
        assertThat(config.tls().key()).isEqualTo(Path.of("/etc/beacon/key.pem"));
        assertThat(config.members()).hasSize(3);
        assertThat(config.members().get(2).raft()).isEqualTo(new Endpoint("fd00::3", 7411));
        assertThat(config.listen().client()).hasToString("0.0.0.0:7401");
        assertThat(config.listen().clientAdvertised()).hasToString("10.0.0.1:7401");
        assertThat(config.listen().raftAdvertised()).hasToString("10.0.0.1:7411");
        assertThat(config.logKey()).isEqualTo(Path.of("/etc/beacon/log-key.pem"));
        assertThat(config.raft().electionTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.limits().leastFreeBytes()).isEqualTo(256L << 20);
    }

    @Test
    void takesWhatTheFileSaysOverTheDefault() throws Exception {
        NodeConfig config = read(LEAST + """
                raft:
                  snapshot-events: 5000
                  election-timeout: 2s
                client:
                  advertise: index.example:443
                """);

        assertThat(config.raft().snapshotEvents()).isEqualTo(5_000);
        assertThat(config.raft().electionTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.listen().clientAdvertised()).isEqualTo(new Endpoint("index.example", 443));
    }

    @Test
    void namesTheLineOfAnUnknownKeyAndWhatWasMeant() {
        assertThat(problems(LEAST + "raft:\n  snapshot-event: 8\n"))
                .containsExactly("beacon.yaml:15: expected a known key, but found \"raft.snapshot-event\";"
                        + " did you mean \"raft.snapshot-events\"?");
    }

    @Test
    void listsEveryProblemAtOnce() {
        String text = """
                member:
                  id: m 1
                  data: data
                raft:
                  snapshot-events: lots
                limits:
                  least-free-disk: 8MB
                nonsense: true
                tls: {ca: a, certificate: b}
                """;

        assertThat(problems(text))
                .containsExactly(
                        "beacon.yaml:8: expected a known key, but found \"nonsense\"",
                        "beacon.yaml:2: member.id: expected 1 to 64 characters of [A-Za-z0-9._-], but found \"m 1\"",
                        "beacon.yaml: expected the key \"tls.key\", but it is missing",
                        "beacon.yaml:5: raft.snapshot-events: expected a whole number, but found \"lots\"",
                        "beacon.yaml:7: limits.least-free-disk: expected a size as 4096, 64KiB or 32MiB, but found"
                                + " \"8MB\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "member: [1, 2]|beacon.yaml:1: expected no list here",
                "'member: {id: m1, id: m2}'|expected the key \"member.id\" once",
                "a: &a [*a]|expected",
                "just text|expected keys and values",
                "a: {b: {c: {d: {e: {f: 1}}}}}|expected at most",
                "'cluster: {members: [{id: m1, raft: x, client: y}]}'|expected HOST:PORT, but found \"x\"",
                "'cluster: {members: [{id: m1, port: 1}]}'|expected a known key, but found \"port\"",
                "'raft: {election-timeout: 9999999999999d}'|expected a duration",
                "'limits: {least-free-disk: 999999999999999TiB}'|overflow",
            })
    void refusesAnOddFile(String text, String expected) {
        assertThat(String.join("\n", problems(text))).contains(expected);
    }

    @Test
    void refusesAMemberThatIsNotAmongItsOwnMembers() {
        assertThat(problems(LEAST.replace("id: m1\n", "id: m9\n")))
                .anySatisfy(problem -> assertThat(problem)
                        .contains("expected member.id \"m9\" among cluster.members, but found [m1, m2, m3]"));
    }

    @Test
    void refusesTwoMembersWithOneNameOrAddress() {
        assertThat(problems(LEAST.replace("id: m2", "id: m1")))
                .hasSize(1)
                .first()
                .asString()
                .contains("\"m1\" again");
        assertThat(problems(LEAST.replace("10.0.0.2:7411", "10.0.0.1:7411")))
                .singleElement()
                .asString()
                .contains("one of \"m2\" twice");
    }

    @Test
    void refusesToAdvertiseAnAddressNobodyCanDial() {
        String alone = LEAST.substring(0, LEAST.indexOf("  members:"));

        assertThat(problems(alone))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("to say what others dial, but found 0.0.0.0"));
    }

    @Test
    void refusesAnElectionTimeoutThatAPauseWouldBreak() {
        assertThat(problems(LEAST + "raft: {election-timeout: 50ms}\n"))
                .singleElement()
                .asString()
                .contains("at least 100ms, but found 50ms");
    }

    @Test
    void saysSoWhenThereIsNoFile() {
        assertThatThrownBy(() -> ConfigReader.read(directory.resolve("none.yaml")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected a readable file");
    }

    @Test
    void everyDefaultIsAValueOfItsKind() {
        assertThat(NodeSettings.ALL)
                .allSatisfy(setting -> setting.standard()
                        .ifPresent(text ->
                                assertThat(setting.kind().parser().apply(text)).isNotNull()));
    }

    private NodeConfig read(String text) throws IOException {
        return ConfigReader.read(Files.writeString(directory.resolve("beacon.yaml"), text));
    }

    private List<String> problems(String text) {
        try {
            read(text);
        } catch (ConfigException e) {
            return e.problems().stream()
                    .map(problem -> problem.replace(directory + "/", ""))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("expected problems, but found none");
    }
}

package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VerbUsageTest {
    @TempDir
    Path directory;

    static Stream<String> wrongUsages() {
        return Stream.of(
                "append",
                "append ucxl://any:any@a:b/*^/x",
                "append --events f ucxl://any:any@a:b/*^/x cid",
                "append --events f --expect-revision 1",
                "append --events f --request-id 00",
                "dr",
                "dr add",
                "dr add ucxl://any:any@a:b/*^/x",
                "dr add ucxl://any:any@a:b/*^/x --id i --author a",
                "dr add ucxl://any:any@a:b/*^/x --id i --author a text --file f",
                "resolve",
                "resolve a --as-of never",
                "replay --type nonsense",
                "watch --count many",
                "audit",
                "audit prove",
                "member",
                "member add m4 nowhere 127.0.0.1:1",
                "backup",
                "node",
                "up --port many",
                "dht",
                "dht ping",
                "dht peers",
                "dht peers --bootstrap 12D3KooWJ1AqsSA5WdRCVziUyC1DWk8iBWCRrHYwzE7VszS7Dt58",
                "dht closest key --bootstrap nowhere",
                "dht provide nothing --bootstrap nowhere",
                "dht shell --k 0",
                "dht shell --nodes 2 --port 4001",
                "key",
                "key ceremony",
                "key ceremony --custodian= --key k",
                "key ceremony --custodian , --key k",
                "key ceremony --custodian nowhere --key k",
                "key ceremony --custodian h:1,h:1 --key k",
                "key ceremony --custodian h:1,h:2 --threshold 3 --key k",
                "key ceremony --custodian h:1,h:2 --threshold 0 --key k",
                "key reshare --custodian= --threshold 2 --key k",
                "key reshare --custodian h:1 --threshold 2 --key k",
                "custodian",
                "custodian serve d --listen nowhere --identity-file f",
                "custodian serve d --listen h:1 --advertise= --identity-file f",
                "blocks",
                "blocks stat",
                "blocks add file --store s --block-bytes 0",
                "blocks scrub --store s --rate 0",
                "blocks serve --store s --allow nobody",
                "blocks place --store s --to nowhere bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
                "blocks place --store s --to /ip4/127.0.0.1/tcp/1/p2p/12D3KooWJ1AqsSA5WdRCVziUyC1DWk8iBWCRrHYwzE7VszS7Dt58",
                "blocks receipt !",
                "blocks fetch --store s --from nowhere bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
                "blocks fetch --store s --from /ip4/127.0.0.1/tcp/1/p2p/12D3KooWJ1AqsSA5WdRCVziUyC1DWk8iBWCRrHYwzE7VszS7Dt58");
    }

    @ParameterizedTest
    @MethodSource("wrongUsages")
    void endsWithTwoAndSaysWhatWasExpected(String arguments) {
        CommandRun run = CommandRun.of(directory, arguments.split(" "));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).startsWith("beacon: USAGE: ").contains("--help");
    }

    @Test
    void saysHowToComeToAClusterWhenThereIsNone() {
        CommandRun run = CommandRun.of(directory, "status");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("beacon: NO_ENDPOINT: ").contains("beacon up");
    }

    @Test
    void checksAConfigurationWithoutStarting() throws Exception {
        Files.writeString(directory.resolve("good.yaml"), """
                member: {id: m1, data: data}
                tls: {ca: ca.pem, certificate: cert.pem, key: key.pem}
                client: {advertise: "h:1"}
                raft: {advertise: "h:2"}
                """);
        Files.writeString(directory.resolve("bad.yaml"), "member: {id: m1, dta: data}\n");

        CommandRun good = CommandRun.of(directory, "node", "--config", "good.yaml", "--check");
        CommandRun bad = CommandRun.of(directory, "node", "--config", "bad.yaml");

        assertThat(good.exitCode()).as(good.err()).isZero();
        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.err().lines()).hasSize(1);
        assertThat(bad.err()).contains("bad.yaml:1", "did you mean \"member.data\"?", "\"tls.key\"");
    }

    @Test
    void printsEveryKeyOfTheConfiguration() {
        CommandRun run = CommandRun.of(directory, "node", "--settings");

        assertThat(run.out()).contains("member.id (name; required)", "raft.election-timeout", "default 1s");
    }

    @Test
    void documentsEveryKeyOfTheConfiguration() throws Exception {
        Path docs = Path.of("").toAbsolutePath().resolve("../docs/configuration.md");

        assertThat(docs)
                .content()
                .contains(
                        beacon.node.config.SettingsTable.markdown(),
                        beacon.node.config.SettingsTable.storageMarkdown());
    }

    @Test
    void explainsEveryVerb() {
        for (String verb : new String[] {
            "up",
            "node",
            "put",
            "get",
            "status",
            "append",
            "dr",
            "resolve",
            "ls",
            "history",
            "replay",
            "watch",
            "audit",
            "member",
            "backup",
            "ca",
            "dht",
            "dht shell",
            "dht provide",
            "dht peers",
            "blocks",
            "blocks serve",
            "blocks fetch",
            "blocks place",
            "completion"
        }) {
            CommandRun run = CommandRun.of(directory, (verb + " --help").split(" "));

            assertThat(run.exitCode()).as(verb).isZero();
            assertThat(run.out()).as(verb).startsWith("Usage: beacon " + verb).contains("--endpoint");
        }
    }
}

package beacon.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.sim.cluster.Policy;
import beacon.sim.scenario.Fault.Kind;
import beacon.sim.world.World;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ScenarioFileTest {
    private static final String GOOD = """
            name: mine
            cluster: {nodes: 20, domains: 5, capacity: 2TiB}
            policy: {grace: 5m, bar: 240, data: 4, parity: 2}
            artifacts:
              count: 7
              every: 90s
            deletions: {share: 0.25, after: 2h}
            duration: 2d
            faults:
              - {at: 1h, kind: wipe, target: n20, lasts: 10m}
              - {at: 30m, kind: rot, target: domain rack-4, amount: 0.25}
            """;

    @Test
    void readsWhatIsSaidAndTakesDefaultsForTheRest() {
        Scenario scenario = ScenarioFile.read("mine.yaml", GOOD);

        assertThat(scenario.name()).isEqualTo("mine");
        assertThat(scenario.members()).isEqualTo(3);
        assertThat(scenario.nodes()).isEqualTo(20);
        assertThat(scenario.capacity()).isEqualTo(2L << 40);
        assertThat(scenario.policy().barBeats()).isEqualTo(240);
        assertThat(scenario.policy().copies()).isEqualTo(Policy.DEFAULT.copies());
        assertThat(scenario.putEvery()).isEqualTo(90 * World.SECOND);
        assertThat(scenario.deletions()).isEqualTo(new Deletions(0.25, 2 * World.HOUR, Deletions.NONE.grace()));
        assertThat(scenario.survivable()).isTrue();
        assertThat(scenario.faults())
                .containsExactly(
                        new Fault(30 * World.MINUTE, Kind.ROT, "domain rack-4", 0, 0.25),
                        new Fault(World.HOUR, Kind.WIPE, "n20", 10 * World.MINUTE, 0));
    }

    @Test
    void everyMistakeIsNamedWithItsLine() {
        String text = """
                name: wrong
                cluster: {nodes: many}
                policies: {}
                duration: 3 weeks
                faults:
                  - {at: 1h, kind: explode, target: n1}
                  - {at: 1h, kind: crash, target: n99}
                  - {at: 1h, kind: rot, target: m1}
                """;

        assertThatThrownBy(() -> ScenarioFile.read("w.yaml", text))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("w.yaml:2: nodes: expected a number, but found many")
                .hasMessageContaining("w.yaml:3: expected no key \"policies\"")
                .hasMessageContaining("w.yaml:4: duration: expected a time such as 90s")
                .hasMessageContaining(
                        "w.yaml:6: kind: expected one of [crash, wipe, cut, rot, slow, full, clock, unsynced], but found explode")
                .hasMessageContaining("w.yaml:7: target: expected m1 to m3")
                .hasMessageContaining("w.yaml:8: expected a crash, wipe or cut of a member");
    }

    @Test
    void nothingIsDeletedByDefault() {
        assertThat(ScenarioFile.read("s.yaml", "name: s").deletions().isNone()).isTrue();
        assertThatThrownBy(() -> ScenarioFile.read("s.yaml", "name: s\ndeletions: {share: 2, often: 1h}"))
                .hasMessageContaining("expected a share from 0 to 1 to be deleted")
                .hasMessageContaining("expected no key \"often\" in deletions");
    }

    @Test
    void whatIsNoYamlIsNamedWithItsLine() {
        assertThatThrownBy(() -> ScenarioFile.read("w.yaml", "name: a\n  - b: [\n"))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("w.yaml:2");
        assertThatThrownBy(() -> ScenarioFile.read("w.yaml", "")).isInstanceOf(ScenarioException.class);
        assertThatThrownBy(() -> ScenarioFile.read("w.yaml", "just text")).isInstanceOf(ScenarioException.class);
    }

    @Property(tries = 100)
    void whatIsWrittenIsReadAgain(@ForAll long seed) {
        Scenario drawn = Lot.draw(seed, 3);

        assertThat(ScenarioFile.read("again", ScenarioFile.write(drawn))).isEqualTo(drawn);
    }
}

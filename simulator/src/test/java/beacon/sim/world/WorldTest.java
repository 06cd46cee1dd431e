package beacon.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class WorldTest {
    private final World world = new World(1);
    private final List<String> done = new ArrayList<>();

    @Test
    void whatIsDueTogetherIsDoneInTheOrderOfItsInsertion() {
        world.after(20, () -> done.add("c"));
        world.after(10, () -> done.add("a"));
        world.after(10, () -> done.add("b"));

        world.runUntil(15);
        assertThat(done).containsExactly("a", "b");
        assertThat(world.now()).isEqualTo(15);
        world.runUntil(20);
        assertThat(done).containsExactly("a", "b", "c");
    }

    @Test
    void randomnessOfAPartDoesNotDependOnOthers() {
        long first = world.random("x").nextLong();
        world.random("y").nextLong();

        assertThat(world.random("x").nextLong()).isEqualTo(first);
        assertThat(world.random("z").nextLong()).isNotEqualTo(first);
        assertThat(new World(2).random("x").nextLong()).isNotEqualTo(first);
    }

    @Test
    void whatIsLoggedAsAnErrorEndsTheRun() {
        Logger log = LoggerFactory.getLogger(WorldTest.class);
        world.after(10, () -> log.warn("no error"));
        world.after(20, () -> log.error("this one is {}", "meant"));
        world.after(30, () -> done.add("later"));

        world.runUntil(15);
        assertThatThrownBy(() -> world.runUntil(40))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("WorldTest: this one is meant");
        assertThat(done).isEmpty();
        world.runUntil(40);
        assertThat(done).containsExactly("later");
    }

    @Test
    void nothingPassesAPartition() {
        Network network = new Network(world, 0);
        network.side("b", 1);
        network.send("a", "b", () -> done.add("sent"));
        network.<String>call("a", "b", 5, 1_000, () -> Optional.of("x"), answer -> done.add("answer " + answer));

        world.runUntil(World.SECOND);
        assertThat(done).containsExactly("answer Optional.empty");

        network.side("b", 0);
        network.<String>call("a", "b", 5, World.SECOND, () -> Optional.of("x"), answer -> done.add(answer.get()));
        world.runUntil(3 * World.SECOND);
        assertThat(done).containsExactly("answer Optional.empty", "x");
    }
}

package beacon.sim.cli;

import beacon.sim.scenario.Scenario;
import beacon.sim.scenario.ScenarioException;
import beacon.sim.scenario.ScenarioFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Scenarios that come with Beacon, and those in files. */
final class Scenarios {
    private static final List<String> NAMES = List.of(
            "redeploy-wave",
            "rack-loss",
            "power-failure",
            "wiped-members",
            "disk-rot",
            "slow-node",
            "rolling-update",
            "full-disks",
            "slow-cancer",
            "clock-jump",
            "rack-rot",
            "lost-writes",
            "partition",
            "role-extinction",
            "mass-deletion");

    private Scenarios() {}

    static List<String> names() {
        return NAMES;
    }

    /**
     * One that comes with Beacon, by its name, or one of a file.
     *
     * @throws ScenarioException when there is none, or it has mistakes
     */
    static Scenario find(String name, Path directory) {
        if (NAMES.contains(name)) {
            try (InputStream in = Scenarios.class.getResourceAsStream("/beacon/sim/scenarios/" + name + ".yaml")) {
                if (in == null) {
                    throw new IllegalStateException("expected scenario " + name + " on the class path, but found none");
                }
                return ScenarioFile.read(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new ScenarioException(List.of("expected a file or one of %s, but found %s".formatted(NAMES, name)));
        }
        try {
            return ScenarioFile.read(name, Files.readString(file));
        } catch (IOException e) {
            throw new ScenarioException(List.of(name + ": expected a text file that can be read, but found " + e));
        }
    }
}

package beacon.node.cli;

import beacon.node.process.LocalProcess;
import beacon.node.process.MemberCluster;
import beacon.node.process.Places;
import beacon.proto.v1.MemberRole;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The processes of the soak, by their names: members m1 and on, custodians c1, storage nodes s1. */
final class SoakProcesses implements AutoCloseable {
    static final int MEMBERS = 3;
    static final int CUSTODIANS = 3;
    static final int NODES = 14;
    private static final List<String> MEMBER_JVM = MemberCluster.Options.small().jvmFlags();
    private static final Pattern STARTED = Pattern.compile("storage_node_started node=(\\S+)");

    /** A human must act, or the JVM is at its end. */
    private static final Pattern ERROR = Pattern.compile(" ERROR |Exception in thread|OutOfMemoryError|SIGSEGV");

    /** Ratis says so when the leader that a member catches up from is killed or cut off meanwhile; it tries again. */
    private static final Pattern INTERRUPTED_CATCH_UP = Pattern.compile(
            "SnapshotInstallationHandler .*Failed to notify StateMachine to InstallSnapshot.*UNAVAILABLE");

    final LogCustodians world;
    final StorageFleet fleet;
    private final Optional<NamespaceNetwork> network;

    SoakProcesses(Path directory, Map<String, String> stewardSettings, Optional<NamespaceNetwork> network)
            throws IOException {
        this.network = network;
        Places places = network.<Places>map(each -> each).orElse(Places.LOOPBACK);
        MemberCluster.Options options =
                new MemberCluster.Options(BeaconCli.class, MEMBERS, MEMBER_JVM, stewardSettings, Duration.ofMinutes(3));
        this.world = new LogCustodians(directory, CUSTODIANS, options, places);
        this.fleet = new StorageFleet(directory, world.members, NODES, "", places);
        fleet.startAll();
        must("key", "ceremony", "--custodian", world.endpoints(1, 2, 3), "--key", "org.key");
        must("key", "activate", "--key", "org.key");
    }

    private void must(String... arguments) {
        CommandRun run = world.run(arguments);
        if (run.exitCode() != 0) {
            throw new IllegalStateException(String.join(" ", arguments) + ": " + run.err());
        }
    }

    static List<String> allNames() {
        List<String> all = new ArrayList<>();
        for (SoakFault.Target target : SoakFault.Target.values()) {
            all.addAll(namesOf(target));
        }
        return all;
    }

    private static List<String> namesOf(SoakFault.Target target) {
        return switch (target) {
            case STORAGE -> numbered("s", NODES);
            case MEMBER -> numbered("m", MEMBERS);
            case CUSTODIAN -> numbered("c", CUSTODIANS);
        };
    }

    private static List<String> numbered(String kind, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> kind + number).toList();
    }

    List<String> names(SoakFault.Target target) {
        return namesOf(target);
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(1));
    }

    boolean canCut() {
        return network.isPresent();
    }

    LocalProcess process(String name) {
        return switch (name.charAt(0)) {
            case 'm' -> world.members.process(name);
            case 'c' -> world.process(number(name));
            default -> fleet.process(number(name));
        };
    }

    /** Under which name a storage node serves now. */
    String peer(String name) {
        try {
            Matcher started = STARTED.matcher(Files.readString(fleet.log(number(name))));
            String last = "";
            while (started.find()) {
                last = started.group(1);
            }
            return last;
        } catch (IOException e) {
            throw new UncheckedIOException("expected the log of " + name, e);
        }
    }

    void breakIt(SoakFault fault, String name) {
        if (fault.isCut()) {
            cut(name, true);
        } else if (fault.isPause()) {
            process(name).pause();
        } else {
            process(name).kill();
        }
        if (fault == SoakFault.NODE_WIPED) {
            SoakFaults.delete(fleet.home(number(name)).resolve("data/blocks"));
        } else if (fault == SoakFault.NODE_REPLACED) {
            SoakFaults.delete(fleet.home(number(name)).resolve("data"));
        }
    }

    void mend(SoakFault fault, String name) {
        if (fault.isCut()) {
            cut(name, false);
        } else if (fault.isPause()) {
            process(name).resume();
        } else {
            switch (fault.target()) {
                case MEMBER -> world.members.start(name);
                case CUSTODIAN -> world.start(number(name));
                case STORAGE -> fleet.start(number(name));
            }
        }
    }

    private void cut(String name, boolean off) {
        try {
            NamespaceNetwork cables = network.orElseThrow();
            if (off) {
                cables.cut(name);
            } else {
                cables.mend(name);
            }
        } catch (NamespaceNetwork.UnavailableException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether it does again what it is there for. */
    boolean serves(String name) {
        if (!process(name).isAlive()) {
            throw new IllegalStateException(name + " ended: " + process(name).logTail());
        }
        return switch (name.charAt(0)) {
            case 'm' ->
                world.members
                        .status(name)
                        .filter(status -> !status.getLeaderId().isEmpty()
                                && (status.getRole() == MemberRole.MEMBER_ROLE_LEADER
                                        || status.getRole() == MemberRole.MEMBER_ROLE_FOLLOWER))
                        .isPresent();
            case 'c' -> custodianServes(name);
            default -> fleet.get(number(name), "/readyz").startsWith("200 ");
        };
    }

    private boolean custodianServes(String name) {
        CommandRun run = world.run("key", "status", "--key", "org.key", "-o", "json");
        if (run.exitCode() != 0) {
            return false;
        }
        for (JsonElement row : JsonParser.parseString(run.out()).getAsJsonArray()) {
            if (row.getAsJsonObject().get("custodian").getAsString().equals(name)) {
                return row.getAsJsonObject().get("state").getAsString().equals("SERVES");
            }
        }
        return false;
    }

    Path log(String name) {
        return switch (name.charAt(0)) {
            case 'm' -> world.members.data(name).resolveSibling("log");
            case 'c' -> world.log(name);
            default -> fleet.log(number(name));
        };
    }

    /** Lines of the processes' logs that nobody should see. */
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        for (String name : allNames()) {
            try (Stream<String> lines = Files.lines(log(name))) {
                lines.filter(line -> ERROR.matcher(line).find()
                                && !INTERRUPTED_CATCH_UP.matcher(line).find())
                        .forEach(line -> errors.add(name + ": " + line));
            } catch (IOException e) {
                throw new UncheckedIOException("expected the log of " + name, e);
            }
        }
        return errors;
    }

    @Override
    public void close() {
        fleet.close();
        world.close();
        network.ifPresent(NamespaceNetwork::close);
    }
}

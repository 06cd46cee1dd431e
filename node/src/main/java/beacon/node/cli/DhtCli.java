package beacon.node.cli;

import java.util.List;

/**
 * The command line with the verb {@code dht} and no other. The launcher starts it with a class path of what a DHT node
 * needs, unpacked and next to nothing else: the directories of a hundred jars and the signatures of one would be a fifth
 * of the memory of such a process.
 */
public final class DhtCli {
    private DhtCli() {}

    /** Runs the process's command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(BeaconCli.ofProcess(session -> List.of(DhtVerb.of(session)), PeerFailures::of)
                .run(arguments));
    }
}

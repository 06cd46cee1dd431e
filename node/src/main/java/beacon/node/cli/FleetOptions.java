package beacon.node.cli;

import beacon.node.artifacts.FleetClient;
import beacon.node.introduction.Credentials;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** How verbs speak to storage nodes. */
final class FleetOptions {
    private FleetOptions() {}

    static FleetClient open(Session session) {
        Credentials credentials =
                Credentials.read(Profile.tls(session.options(), session.environment(), session.directory()));
        return FleetClient.open(credentials, session.timeout(), BuildVersion.text());
    }

    /** Threads for hashing and coding, one for each processor. */
    static ExecutorService workers() {
        return Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), task -> {
            Thread thread = new Thread(task, "artifact-coding");
            thread.setDaemon(true);
            return thread;
        });
    }
}

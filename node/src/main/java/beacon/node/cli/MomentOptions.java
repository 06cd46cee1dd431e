package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.Tombstones;
import beacon.node.artifacts.When;
import beacon.proto.v1.Consistency;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every verb that asks about now or about a moment of the past. */
final class MomentOptions {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long MICROS = 1_000_000;

    /** One of them, or none: now. */
    static final class Past {
        @Option(names = "--as-of", paramLabel = "SEQUENCE", description = "As after this entry of the log.")
        private @Nullable Long sequence;

        @Option(
                names = "--at",
                paramLabel = "TIME",
                converter = TimeConverter.class,
                description = "As at this time, for instance 2026-03-31T12:00:00Z.")
        private @Nullable Instant time;
    }

    @ArgGroup(exclusive = true)
    private @Nullable Past past;

    @Mixin
    private ReadOptions read = new ReadOptions();

    When when() {
        Past asked = past;
        return new When(
                read.consistency(),
                asked == null || asked.sequence == null ? OptionalLong.empty() : OptionalLong.of(asked.sequence),
                asked == null || asked.time == null ? OptionalLong.empty() : OptionalLong.of(micros(asked.time)));
    }

    private static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), MICROS), time.getNano() / 1_000);
    }

    /** Folding history takes as long as history is; the present is there at once. */
    Duration timeout(Session session) {
        return when().isNow() ? session.timeout() : session.timeout(PATIENCE);
    }

    /** For asking projections; the index itself knows every entry and answers at once. */
    BeaconClient connect(Session session) {
        if (!when().isNow()) {
            // Whoever waits long should know that somebody is there.
            try (BeaconClient present = session.connect()) {
                long unused = new Catalogue(present, session.timeout()).sequence();
            }
        }
        return session.connect(timeout(session));
    }

    Catalogue catalogue(Session session, BeaconClient client) {
        tell(session);
        return new Catalogue(client, timeout(session), when());
    }

    Tombstones tombstones(Session session, BeaconClient client) {
        tell(session);
        return new Tombstones(client, timeout(session), when());
    }

    private void tell(Session session) {
        if (!when().isNow() && session.console().interactive()) {
            session.console()
                    .err()
                    .println("the past is folded from history: seconds for each million entries of the log");
        }
    }

    /** Last entry of the log at the moment, for what the index itself knows of every entry; 0: now. */
    long sequence(Session session) {
        When when = when();
        if (when.isNow()) {
            return 0;
        }
        long sequence = when.sequence().orElseGet(() -> {
            try (BeaconClient client = connect(session)) {
                return catalogue(session, client).sequence();
            }
        });
        if (sequence < 1) {
            throw new Failure(
                    "BEFORE_BEGINNING", "expected a moment at which the log had begun, but found one before it");
        }
        return sequence;
    }

    Consistency consistency() {
        return read.consistency();
    }
}

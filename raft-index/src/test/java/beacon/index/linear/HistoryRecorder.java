package beacon.index.linear;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Collects what the clients of a run called and were told, by address. Shared by their threads. */
public final class HistoryRecorder {
    private final LongSupplier clockNanos;
    private final Map<String, List<Operation<RegisterCall>>> byAddress = new TreeMap<>();

    /** @param clockNanos one clock for all clients; never goes back, for instance {@code System::nanoTime} */
    public HistoryRecorder(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
    }

    /** Begins an append. Exactly one method of the result must follow. */
    public PendingAppend append(int client, String address, String value, OptionalLong expectedRevision) {
        return new PendingAppend(client, address, value, expectedRevision, clockNanos.getAsLong());
    }

    /** Begins a read. A read that fails needs no further call: it changed nothing and says nothing. */
    public PendingRead read(int client, String address) {
        return new PendingRead(client, address, clockNanos.getAsLong());
    }

    /** What was recorded so far, by address. */
    public synchronized Map<String, List<Operation<RegisterCall>>> histories() {
        Map<String, List<Operation<RegisterCall>>> copy = new TreeMap<>();
        byAddress.forEach((address, operations) -> copy.put(address, List.copyOf(operations)));
        return Collections.unmodifiableMap(copy);
    }

    private synchronized void add(String address, Operation<RegisterCall> operation) {
        byAddress.computeIfAbsent(address, unused -> new ArrayList<>()).add(operation);
    }

    /** An append under way. */
    public final class PendingAppend {
        private final int client;
        private final String address;
        private final String value;
        private final OptionalLong expectedRevision;
        private final long invokedAt;

        private PendingAppend(int client, String address, String value, OptionalLong expectedRevision, long invokedAt) {
            this.client = client;
            this.address = address;
            this.value = value;
            this.expectedRevision = expectedRevision;
            this.invokedAt = invokedAt;
        }

        public void appended(long revision) {
            end(new RegisterCall.Appended(value, expectedRevision, revision), clockNanos.getAsLong());
        }

        public void foundStale(long currentRevision) {
            long expected = expectedRevision.orElseThrow();
            end(new RegisterCall.FoundStale(value, expected, currentRevision), clockNanos.getAsLong());
        }

        /** Also right when the append failed for certain; only less strict. */
        public void unknown() {
            end(new RegisterCall.AppendUnknown(value, expectedRevision), Operation.NEVER);
        }

        private void end(RegisterCall call, long returnedAt) {
            add(address, new Operation<>(client, call, invokedAt, returnedAt));
        }
    }

    /** A read under way. */
    public final class PendingRead {
        private final int client;
        private final String address;
        private final long invokedAt;

        private PendingRead(int client, String address, long invokedAt) {
            this.client = client;
            this.address = address;
            this.invokedAt = invokedAt;
        }

        public void found(long revision, String value) {
            end(new RegisterCall.Read(revision, value));
        }

        public void foundNothing() {
            end(RegisterCall.Read.NOTHING);
        }

        private void end(RegisterCall call) {
            add(address, new Operation<>(client, call, invokedAt, clockNanos.getAsLong()));
        }
    }
}

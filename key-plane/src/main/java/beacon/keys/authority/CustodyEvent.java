package beacon.keys.authority;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;

/** What a custodian decided. Public: holds no key material, nor anything that a key was computed from. */
public sealed interface CustodyEvent {
    /** When it was decided. */
    Instant at();

    /** One wrap of a request. */
    record Item(ByteString wrapId, String policy, String refused) {}

    /**
     * An answer to a reader: some wraps may be granted, others refused.
     *
     * @param subject who asked, as far as it is known
     */
    record Decided(Instant at, ByteString requestId, ByteString keyId, String subject, String purpose, List<Item> items)
            implements CustodyEvent {
        public Decided {
            items = List.copyOf(items);
        }
    }

    /** A whole request was refused before any wrap was looked at. */
    record Refused(Instant at, ByteString requestId, ByteString keyId, String subject, String reason)
            implements CustodyEvent {}

    /**
     * A ritual ended with a key record.
     *
     * @param record its bytes
     */
    record Recorded(Instant at, ByteString keyId, int epoch, ByteString record) implements CustodyEvent {}

    /** A ritual ended without one. */
    record Aborted(Instant at, String ritualId, List<String> blamed) implements CustodyEvent {
        public Aborted {
            blamed = List.copyOf(blamed);
        }
    }

    /**
     * The root took back a claim, or had a key destroyed.
     *
     * @param statement bytes of what the root signed
     */
    record Revoked(Instant at, ByteString claimId, ByteString keyId, String reason, ByteString statement)
            implements CustodyEvent {}
}

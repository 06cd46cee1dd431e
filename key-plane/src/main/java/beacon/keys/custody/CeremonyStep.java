package beacon.keys.custody;

import com.google.protobuf.ByteString;
import java.util.List;

/** What a ceremony wants its caller to do, in this order. */
public sealed interface CeremonyStep {
    /** Send to all other parties. */
    record Send(CeremonyMessage message) implements CeremonyStep {}

    /**
     * Store the share, pending, on disk before doing the next step: a signature promises that it is kept. The caller
     * owns and wipes it.
     */
    record Keep(KeyShare share, OrgKey key) implements CeremonyStep {}

    /** All parties signed: the key is born, and the share is no longer pending. */
    record Done(OrgKey key, ByteString transcriptHash, List<ByteString> certificate) implements CeremonyStep {
        public Done {
            certificate = List.copyOf(certificate);
        }
    }

    /** The session is over without a key, for everybody; a retry takes a new session id. */
    record Abort(List<Blame> blamed) implements CeremonyStep {
        public Abort {
            blamed = List.copyOf(blamed);
        }
    }
}

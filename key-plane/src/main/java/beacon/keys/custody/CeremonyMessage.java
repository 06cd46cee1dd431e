package beacon.keys.custody;

import com.google.protobuf.ByteString;

/** What parties of a ceremony send to all others. Carried between custodians; sealed shares never go on the log. */
public sealed interface CeremonyMessage permits CeremonyMessage.Announced, Contribution, CeremonyMessage.Certified {
    /** Hash of a contribution, before anybody shows one: nobody can choose his own after seeing the others'. */
    record Announced(ByteString hash) implements CeremonyMessage {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.announced(this);
        }
    }

    /** Signature of the whole transcript. */
    record Certified(ByteString signature) implements CeremonyMessage {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.certified(this);
        }
    }

    <R> R match(Cases<R> cases);

    /** One method for each message. */
    interface Cases<R> {
        R announced(Announced message);

        R contributed(Contribution message);

        R certified(Certified message);
    }
}

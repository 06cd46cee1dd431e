package beacon.index.linear;

import java.util.OptionalLong;

/** A call on the revisions of one address, with the answer the client got. Values are unique within a history. */
public sealed interface RegisterCall {
    /** Made the next revision: the given one. */
    record Appended(String value, OptionalLong expectedRevision, long revision) implements RegisterCall {}

    /** Was refused because the address had another revision than expected: the given one. */
    record FoundStale(String value, long expectedRevision, long currentRevision) implements RegisterCall {}

    /** Got no answer, or one that said that the outcome is unknown. */
    record AppendUnknown(String value, OptionalLong expectedRevision) implements RegisterCall {}

    /** Saw this revision with this value. Revision 0 with an empty value: there is none yet. */
    record Read(long revision, String value) implements RegisterCall {
        public static final Read NOTHING = new Read(0, "");
    }
}

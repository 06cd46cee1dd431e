package beacon.keys.authority;

import beacon.model.Refusal;
import java.util.List;

/** What an authority says to a request. */
public sealed interface Verdict {
    /** Nothing of it. */
    record Denied(String subject, Refusal refusal) implements Verdict {}

    /**
     * Wrap by wrap.
     *
     * @param refusals in the order of the wraps; empty texts for those that are granted
     */
    record Judged(String subject, List<String> refusals) implements Verdict {
        public Judged {
            refusals = List.copyOf(refusals);
        }
    }
}

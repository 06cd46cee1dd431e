package beacon.sim.cluster;

import beacon.index.log.AppendResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Those who wait until their append is decided, by its place in the log. */
final class Senders {
    private final Map<Integer, Waiting> waiting = new LinkedHashMap<>();

    private record Waiting(long term, Consumer<AppendResult> answer) {}

    void add(int place, long term, Consumer<AppendResult> answer) {
        waiting.put(place, new Waiting(term, answer));
    }

    /** An entry was applied; it answers to who sent it, if it is the one of that term. */
    void decided(int place, long term, List<AppendResult> results) {
        Waiting sender = waiting.remove(place);
        if (sender != null && sender.term() == term && !results.isEmpty()) {
            sender.answer().accept(results.get(0));
        }
    }

    /** None of them hears more. */
    void clear() {
        waiting.clear();
    }
}

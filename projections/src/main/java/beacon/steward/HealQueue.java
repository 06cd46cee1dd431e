package beacon.steward;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which artifacts are to be healed next: in the order of the latest decision, each by one at a time, so many at once. What an
 * earlier decision wanted and nobody began is forgotten with the next one, so that something slow delays itself only. Not
 * safe for several threads.
 */
public final class HealQueue {
    /** As many artifacts as are worked on side by side: most of a heal is waiting for nodes, disks and the log. */
    public static final int AT_ONCE = 32;

    private final Set<ByteString> busy = new LinkedHashSet<>();
    /** Artifacts whose work ended after the decision that is being made began: it may not have seen the outcome. */
    private final Set<ByteString> ended = new LinkedHashSet<>();

    private final Map<ByteString, List<Intent>> waiting = new LinkedHashMap<>();

    /** Says that the next decision is being made, from what the log has now. */
    public void begin() {
        ended.clear();
    }

    /** Takes the intents of the decision that was begun, the most endangered group first. */
    public void replace(Collection<Intent> intents) {
        waiting.clear();
        for (Intent intent : intents) {
            ByteString manifest = intent.group().manifest();
            if (!busy.contains(manifest) && !ended.contains(manifest)) {
                waiting.computeIfAbsent(manifest, unused -> new ArrayList<>()).add(intent);
            }
        }
    }

    /** Work that may begin now: the intents about one artifact. Whoever takes it says when it {@link #ended}. */
    public Optional<List<Intent>> next() {
        Iterator<Map.Entry<ByteString, List<Intent>>> first = waiting.entrySet().iterator();
        if (busy.size() >= AT_ONCE || !first.hasNext()) {
            return Optional.empty();
        }
        Map.Entry<ByteString, List<Intent>> work = first.next();
        first.remove();
        busy.add(work.getKey());
        return Optional.of(work.getValue());
    }

    /** Says that the work about an artifact is over, however it ended. */
    public void ended(ByteString manifest) {
        busy.remove(manifest);
        ended.add(manifest);
    }

    /** Forgets what nobody began. */
    public void clear() {
        waiting.clear();
    }

    /** Artifacts that may be begun now. */
    public int ready() {
        return Math.min(AT_ONCE - busy.size(), waiting.size());
    }
}

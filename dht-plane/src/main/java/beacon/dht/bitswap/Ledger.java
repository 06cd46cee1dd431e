package beacon.dht.bitswap;

import beacon.dht.bitswap.BitswapMessage.Want;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one peer wants from here and has not got yet; bounded. */
final class Ledger {
    private final int maxWants;
    private final Map<ByteString, Entry> entries = new LinkedHashMap<>();
    private boolean looking;

    /** How far a want is. */
    enum State {
        /** The store is to be asked. */
        NEW,
        /** The store is being asked. */
        LOOKING,
        /** The block is not here; when it comes, it will be sent. */
        ABSENT,
        /** The block is queued or under way. */
        QUEUED
    }

    /** A want and how far it is. */
    static final class Entry {
        private final Want want;
        private State state = State.NEW;

        Entry(Want want) {
            this.want = want;
        }

        Want want() {
            return want;
        }

        State state() {
            return state;
        }

        void become(State next) {
            state = next;
        }
    }

    Ledger(int maxWants) {
        this.maxWants = maxWants;
    }

    /** Takes a want note; false when there are too many. One that is being answered already stays as it is. */
    boolean add(Want want) {
        Entry known = entries.get(want.cid());
        if (known == null && entries.size() >= maxWants) {
            return false;
        }
        boolean wantsMore = known != null && known.want.haveOnly() && !want.haveOnly();
        if (known == null || known.state == State.ABSENT || wantsMore) {
            entries.put(want.cid(), new Entry(want));
        }
        return true;
    }

    void remove(ByteString cid) {
        entries.remove(cid);
    }

    @Nullable
    Entry get(ByteString cid) {
        return entries.get(cid);
    }

    /** The ids of all wants except some. */
    List<ByteString> others(Set<ByteString> kept) {
        return entries.keySet().stream().filter(cid -> !kept.contains(cid)).toList();
    }

    int size() {
        return entries.size();
    }

    /** The next wants for which the store is to be asked; none while it is being asked for others. */
    List<Entry> startLooking(int max) {
        List<Entry> batch = new ArrayList<>();
        if (!looking) {
            for (Entry entry : entries.values()) {
                if (entry.state == State.NEW && batch.size() < max) {
                    entry.state = State.LOOKING;
                    batch.add(entry);
                }
            }
            looking = !batch.isEmpty();
        }
        return batch;
    }

    void stopLooking() {
        looking = false;
    }

    /** Whether it is still what the peer wants. */
    boolean holds(Entry entry) {
        return entries.get(entry.want.cid()) == entry;
    }
}

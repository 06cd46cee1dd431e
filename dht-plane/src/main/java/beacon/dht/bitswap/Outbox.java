package beacon.dht.bitswap;

import beacon.dht.bitswap.BitswapMessage.Presence;
import beacon.dht.bitswap.BitswapMessage.Want;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is to be said to one peer beside blocks. Of what concerns the same block only the newest counts. */
final class Outbox {
    private static final int MAX_ENTRIES = 512;

    private final Map<ByteString, Want> wants = new LinkedHashMap<>();
    private final Map<ByteString, Presence> presences = new LinkedHashMap<>();

    void add(Want want) {
        wants.put(want.cid(), want);
    }

    void add(Presence presence) {
        presences.put(presence.cid(), presence);
    }

    /** Takes back what was to be said about a want of the peer. */
    void forgetPresence(ByteString cid) {
        presences.remove(cid);
    }

    boolean isEmpty() {
        return wants.isEmpty() && presences.isEmpty();
    }

    /** The oldest wants, as many as belong into one message. */
    List<Want> takeWants() {
        return take(wants);
    }

    /** The oldest presences, as many as belong into one message. */
    List<Presence> takePresences() {
        return take(presences);
    }

    void clear() {
        wants.clear();
        presences.clear();
    }

    private static <T> List<T> take(Map<ByteString, T> from) {
        List<T> taken = new ArrayList<>();
        Iterator<T> values = from.values().iterator();
        while (values.hasNext() && taken.size() < MAX_ENTRIES) {
            taken.add(values.next());
            values.remove();
        }
        return taken;
    }
}

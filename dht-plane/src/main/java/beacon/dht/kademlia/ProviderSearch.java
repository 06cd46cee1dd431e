package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Collects the providers that a query hears of; bounded by what is enough. Servers may know different addresses of a
 * provider that has moved, since the records from before live on until they expire: all are kept, within a limit. Those
 * heard of last come first, since a walk comes ever closer to the servers that are told of a move.
 */
final class ProviderSearch {
    private static final int MAX_ADDRESSES = 16;

    private final int stopAfter;
    private final Map<PeerId, KadPeer> found = new LinkedHashMap<>();
    private long firstMillis;

    ProviderSearch(int stopAfter) {
        this.stopAfter = stopAfter;
    }

    void addAll(List<KadPeer> providers, Duration elapsed) {
        if (found.isEmpty() && !providers.isEmpty()) {
            firstMillis = elapsed.toMillis();
        }
        providers.forEach(this::add);
    }

    void add(KadPeer provider) {
        KadPeer before = found.get(provider.id());
        if (before != null || !isEnough()) {
            found.put(provider.id(), before == null ? provider : merged(provider, before));
        }
    }

    private static KadPeer merged(KadPeer later, KadPeer before) {
        return new KadPeer(
                later.id(),
                Stream.concat(later.addresses().stream(), before.addresses().stream())
                        .distinct()
                        .limit(MAX_ADDRESSES)
                        .toList());
    }

    boolean isEnough() {
        return found.size() >= stopAfter;
    }

    Providers resultOf(LookupResult walked) {
        return new Providers(List.copyOf(found.values()), firstMillis, walked.messages(), walked.answered());
    }

    /** What was known without asking anybody. */
    Providers known() {
        return new Providers(List.copyOf(found.values()), 0, 0, 0);
    }
}

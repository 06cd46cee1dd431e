package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the providers that a query hears of; bounded by what is enough. */
final class ProviderSearch {
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
        if (before == null ? !isEnough() : before.addresses().isEmpty()) {
            found.put(provider.id(), provider);
        }
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

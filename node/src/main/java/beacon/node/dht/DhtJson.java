package beacon.node.dht;

import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.LookupResult;
import beacon.dht.kademlia.ProvideResult;
import beacon.dht.kademlia.Providers;
import beacon.dht.kademlia.RoutingTable;
import beacon.dht.libp2p.TcpHost;
import beacon.dht.node.DhtMetrics;
import beacon.dht.wire.Multiaddr;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/** Results of a DHT node as JSON. */
public final class DhtJson {
    private static final int ID_BITS = 256;

    private DhtJson() {}

    static JsonArray texts(List<?> values) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(value.toString()));
        return array;
    }

    public static JsonObject peer(KadPeer peer) {
        JsonObject object = new JsonObject();
        object.addProperty("id", peer.id().toString());
        object.add("addrs", texts(peer.addresses()));
        return object;
    }

    static JsonArray peers(List<KadPeer> peers) {
        JsonArray array = new JsonArray();
        peers.forEach(peer -> array.add(peer(peer)));
        return array;
    }

    private static JsonObject messages(int sent, int answered, int failed) {
        JsonObject object = new JsonObject();
        object.addProperty("sent", sent);
        object.addProperty("answered", answered);
        object.addProperty("failed", failed);
        return object;
    }

    /** An announcement is not answered by the protocol; one that was delivered counts as answered. */
    static JsonObject of(ProvideResult result) {
        LookupResult walk = result.walk();
        JsonObject object = new JsonObject();
        object.addProperty("stored", result.stored());
        object.add(
                "messages",
                messages(
                        result.messages(),
                        walk.answered() + result.stored(),
                        walk.messages() - walk.answered() + result.failed()));
        return object;
    }

    static JsonObject of(Providers found) {
        JsonObject object = new JsonObject();
        object.add("providers", peers(found.peers()));
        object.addProperty("firstMs", found.firstMillis());
        object.add("messages", messages(found.messages(), found.answered(), found.messages() - found.answered()));
        return object;
    }

    static JsonObject of(LookupResult found) {
        JsonObject object = new JsonObject();
        object.add("peers", peers(found.closest()));
        object.addProperty("hops", found.hops());
        object.add("messages", messages(found.messages(), found.answered(), found.messages() - found.answered()));
        return object;
    }

    static JsonObject of(TcpHost.Identified identified) {
        JsonObject object = new JsonObject();
        object.addProperty("peerId", identified.info().id().toString());
        object.addProperty("agent", identified.info().agent());
        object.add("protocols", texts(identified.info().protocols()));
        object.add("listenAddrs", texts(identified.info().addresses()));
        object.addProperty(
                "observedAddr", identified.observed().map(Multiaddr::toString).orElse(null));
        return object;
    }

    static JsonObject of(RoutingTable table) {
        JsonObject object = new JsonObject();
        object.addProperty("size", table.size());
        JsonArray buckets = new JsonArray();
        for (int prefix = 0; prefix < ID_BITS; prefix++) {
            int[] sizes = table.bucketSizes(prefix);
            if (sizes[0] + sizes[1] > 0) {
                JsonObject bucket = new JsonObject();
                bucket.addProperty("prefix", prefix);
                bucket.addProperty("peers", sizes[0]);
                bucket.addProperty("waiting", sizes[1]);
                buckets.add(bucket);
            }
        }
        object.add("buckets", buckets);
        return object;
    }

    static JsonObject of(DhtMetrics metrics) {
        JsonObject object = new JsonObject();
        metrics.gauges().forEach(object::addProperty);
        metrics.counters().forEach(object::addProperty);
        return object;
    }
}

package beacon.dht.node;

import beacon.dht.kademlia.KadCounters;
import beacon.dht.kademlia.Kademlia;
import beacon.dht.libp2p.TcpHost;
import beacon.dht.providers.ProvideCounters;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The numbers of a node at one moment. Names are those of the metrics without their prefix; names of {@link #counters}
 * only grow.
 *
 * @param gauges what is now
 * @param counters what has happened since the start
 * @param query latency and hops of queries
 */
public record DhtMetrics(Map<String, Double> gauges, Map<String, Long> counters, KadCounters.Histograms query) {
    static DhtMetrics of(DhtService service, TcpHost host) {
        Kademlia kademlia = service.kademlia();
        Map<String, Long> transport = host.counters().snapshot();
        Map<String, Double> gauges = new LinkedHashMap<>();
        gauges.put("routing_table_peers", (double) kademlia.table().size());
        gauges.put("network_size_estimate", kademlia.networkSize());
        gauges.put("provider_records", (double) kademlia.providerRecords());
        gauges.put("value_records", (double) kademlia.valueRecords());
        gauges.put("contents", (double) service.providing().schedule().size());
        service.smallestMargin().ifPresent(margin -> gauges.put("smallest_margin_seconds", margin.toMillis() / 1e3));
        gauges.put("connections", (double) transport.getOrDefault("connections", 0L));
        gauges.put("unread_bytes", (double) transport.getOrDefault("unread_bytes", 0L));
        Map<String, Long> counters = new LinkedHashMap<>();
        addKademlia(counters, kademlia.counters());
        addProviding(counters, service.providing().counters());
        counters.put("saves_failed", service.savesFailed());
        transport.forEach((name, value) -> {
            if (!name.equals("connections") && !name.startsWith("unread_bytes")) {
                counters.put(name, value);
            }
        });
        return new DhtMetrics(gauges, counters, kademlia.histograms());
    }

    private static void addKademlia(Map<String, Long> into, KadCounters.Snapshot kad) {
        into.put("rpcs_sent", kad.requestsSent());
        into.put("rpcs_failed", kad.requestsFailed());
        into.put("rpcs_served", kad.requestsServed());
        into.put("rpcs_refused", kad.requestsRefused());
        into.put("queries", kad.queries());
        into.put("query_timeouts", kad.queryTimeouts());
        into.put("query_hops", kad.queryHops());
        into.put("query_millis", kad.queryMillis());
        into.put("queries_suspicious", kad.suspiciousQueries());
    }

    private static void addProviding(Map<String, Long> into, ProvideCounters.Snapshot providing) {
        into.put("provide_requests", providing.requests());
        into.put("provide_single_messages", providing.singleMessages());
        into.put("provide_regions", providing.regions());
        into.put("provide_lookups", providing.lookups());
        into.put("contents_announced", providing.announced());
        into.put("contents_incomplete", providing.incomplete());
    }
}

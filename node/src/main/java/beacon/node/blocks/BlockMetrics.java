package beacon.node.blocks;

import beacon.dht.bitswap.Bitswap;
import beacon.dht.bitswap.BitswapCounters;
import beacon.dht.blockstore.BlockstoreStats;
import beacon.dht.placement.PlacementServer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The numbers of a block store and its exchange at one moment. Names are those of the metrics without the prefix they all
 * share.
 *
 * @param gauges what is now
 * @param counters what has happened since the start; they only grow
 */
public record BlockMetrics(Map<String, Double> gauges, Map<String, Long> counters) {
    static BlockMetrics of(BlockstoreStats stored, Bitswap bitswap, Optional<PlacementServer> placements) {
        Map<String, Double> gauges = new LinkedHashMap<>();
        Map<String, Long> counters = new LinkedHashMap<>();
        gauges.put("blocks_stored", (double) stored.blocks());
        gauges.put("blocks_bytes", (double) stored.bytes());
        gauges.put("blocks_quota_bytes", (double) stored.quotaBytes());
        counters.put("blocks_cache_hits", stored.cacheHits());
        counters.put("blocks_cache_misses", stored.cacheMisses());
        counters.put("blocks_quarantined", stored.quarantined());
        counters.put("blocks_scrub_cycles", stored.scrubCycles());
        gauges.put("bitswap_unsent_bytes", (double) bitswap.unsentBytes());
        addExchange(counters, bitswap.counters());
        placements.ifPresent(server -> {
            gauges.put("placement_underway_bytes", (double) server.bytesUnderway());
            counters.put("placement_blocks", server.blocksPlaced());
            counters.put("placement_refused", server.offersRefused());
        });
        return new BlockMetrics(gauges, counters);
    }

    private static void addExchange(Map<String, Long> into, BitswapCounters.Snapshot bitswap) {
        into.put("bitswap_messages_in", bitswap.messagesIn());
        into.put("bitswap_messages_out", bitswap.messagesOut());
        into.put("bitswap_messages_refused", bitswap.messagesRefused());
        into.put("bitswap_blocks_sent", bitswap.blocksSent());
        into.put("bitswap_bytes_sent", bitswap.bytesSent());
        into.put("bitswap_blocks_received", bitswap.blocksReceived());
        into.put("bitswap_bytes_received", bitswap.bytesReceived());
        into.put("bitswap_duplicates", bitswap.duplicates());
        into.put("bitswap_unwanted", bitswap.unwanted());
        into.put("bitswap_wants_received", bitswap.wantsReceived());
        into.put("bitswap_wants_ignored", bitswap.wantsIgnored());
        into.put("bitswap_wants_sent", bitswap.wantsSent());
        into.put("bitswap_dont_haves_sent", bitswap.dontHavesSent());
        into.put("bitswap_slow_peers", bitswap.slowPeers());
        into.put("bitswap_limits_reached", bitswap.limitsReached());
    }
}

package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Announces one content. Optimistic: a peer that is well within the radius of the k closest is told as soon as it has
 * answered, and the rest when the walk is over, so a few dead peers at the end of a walk do not delay everything. When the
 * closest peers are improbably close, the walk is done again for twice as many, past those that may be planted.
 */
final class Announcement {
    private final Kademlia node;
    private final KadRpc rpc;
    private final NetworkSize size;
    private final KadConfig config;
    private final ByteString multihash;
    private final KadKey target;
    private final Set<PeerId> told = new TreeSet<>();
    private final List<CompletableFuture<?>> under = new ArrayList<>();
    private int stored;
    private int failed;

    Announcement(Kademlia node, KadRpc rpc, NetworkSize size, KadConfig config, ByteString multihash) {
        this.node = node;
        this.rpc = rpc;
        this.size = size;
        this.config = config;
        this.multihash = multihash;
        this.target = KadKey.of(multihash);
    }

    CompletionStage<ProvideResult> run(Query.Context context) {
        node.keepOwn(multihash);
        double surelyClosest = size.expectedRadius(config.bucketSize()) / 2;
        boolean canGuess = size.estimate() > 0;
        return Query.run(context, KadMessage.findNode(multihash), config.closestRules(), (peer, answer) -> {
                    if (canGuess
                            && told.size() < config.bucketSize()
                            && target.distanceShare(KadKey.of(peer.id())) < surelyClosest) {
                        tell(peer);
                    }
                    return false;
                })
                .thenCompose(found -> found.suspicious()
                        ? node.closestPeers(multihash, 2 * config.bucketSize()).exceptionally(failure -> found)
                        : CompletableFuture.completedFuture(found))
                .thenCompose(this::finish);
    }

    private CompletionStage<ProvideResult> finish(LookupResult found) {
        if (!found.timedOut()) {
            size.observe(
                    target,
                    found.closest()
                            .subList(
                                    0,
                                    Math.min(
                                            config.bucketSize(), found.closest().size())));
        }
        found.closest().forEach(this::tell);
        return CompletableFuture.allOf(under.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> new ProvideResult(stored, failed, found));
    }

    private void tell(KadPeer peer) {
        if (told.add(peer.id())) {
            under.add(rpc.tell(peer, KadMessage.addProvider(multihash, node.self()))
                    .handle((done, failure) -> {
                        stored += failure == null ? 1 : 0;
                        failed += failure == null ? 0 : 1;
                        return null;
                    })
                    .toCompletableFuture());
        }
    }
}

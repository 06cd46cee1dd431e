package beacon.node.steward;

import beacon.dht.wire.PeerId;
import beacon.index.log.AppendResult;
import beacon.node.artifacts.BlockPeers;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeCameUp;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.NodeWentDown;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pings the storage nodes, and says on the log which went down and which came back. Belongs to the steward's thread. */
final class Liveness {
    private static final Logger LOG = LoggerFactory.getLogger(Liveness.class);

    /** Pings in vain, one after the other, after which a node is down. */
    private static final int PATIENCE = 3;

    /** Pings under way at once. */
    private static final int AT_ONCE = 64;

    private final BlockPeers peers;
    private final LeaderLog log;
    private final Map<ByteString, Integer> inVain = new HashMap<>();

    Liveness(BlockPeers peers, LeaderLog log) {
        this.peers = peers;
        this.log = log;
    }

    /** Nothing is known from before; for a member that begins to lead. */
    void forget() {
        inVain.clear();
    }

    /**
     * Looks at every node once. When none answers, it is rather this member that is cut off, so nothing is said; nothing
     * could be healed either.
     */
    void look(List<NodeState> nodes) throws InterruptedException {
        Map<NodeState, Boolean> answers = new LinkedHashMap<>();
        for (int from = 0; from < nodes.size(); from += AT_ONCE) {
            List<NodeState> some = nodes.subList(from, Math.min(nodes.size(), from + AT_ONCE));
            List<CompletableFuture<?>> pings = new ArrayList<>();
            for (NodeState node : some) {
                pings.add(peers.ping(new PeerId(node.getNodeId())));
            }
            for (int i = 0; i < some.size(); i++) {
                answers.put(some.get(i), answers(pings.get(i)));
            }
        }
        if (!answers.containsValue(true)) {
            return;
        }
        for (Map.Entry<NodeState, Boolean> answer : answers.entrySet()) {
            judge(answer.getKey(), answer.getValue());
        }
    }

    private static boolean answers(CompletableFuture<?> ping) {
        try {
            ping.join();
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    private void judge(NodeState node, boolean answers) throws InterruptedException {
        boolean down = node.getCondition() == NodeCondition.NODE_CONDITION_DOWN;
        if (answers) {
            inVain.remove(node.getNodeId());
            if (down) {
                append(Event.newBuilder().setNodeCameUp(NodeCameUp.newBuilder().setNodeId(node.getNodeId())));
            }
        } else if (!down && inVain.merge(node.getNodeId(), 1, Integer::sum) >= PATIENCE) {
            inVain.remove(node.getNodeId());
            append(Event.newBuilder()
                    .setNodeWentDown(NodeWentDown.newBuilder()
                            .setNodeId(node.getNodeId())
                            .setReason("it does not answer pings")));
        }
    }

    private void append(Event.Builder event) throws InterruptedException {
        AppendResult result = log.append(AppendRequest.newBuilder().addEvents(event));
        LOG.info(
                "node_condition_changed event={} accepted={}",
                event.getBodyCase(),
                result instanceof AppendResult.Accepted);
    }
}

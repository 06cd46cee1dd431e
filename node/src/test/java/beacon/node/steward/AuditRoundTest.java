package beacon.node.steward;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.libp2p.PeerKeys;
import beacon.dht.wire.PeerId;
import beacon.proto.v1.NodeAudit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuditRoundTest {
    private static final Duration PING = Duration.ofMillis(1);

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final Map<PeerId, Integer> asked = new ConcurrentHashMap<>();

    @AfterEach
    void stop() {
        workers.shutdownNow();
    }

    private static PeerId node(int number) {
        byte[] secret = new byte[32];
        secret[0] = (byte) number;
        return new PeerKeys(secret).peerId();
    }

    private static Optional<NodeAudit> shown(PeerId node) {
        return Optional.of(
                NodeAudit.newBuilder().setNodeId(node.bytes()).setAsked(1).build());
    }

    private int ask(PeerId node) {
        return asked.merge(node, 1, Integer::sum);
    }

    @Test
    void whoHasJustComeBackIsAskedAgainAndWhoAnsweredIsNot() throws InterruptedException {
        List<NodeAudit> found = new AuditRound(
                        node -> ask(node) == 1 && node.equals(node(1)) ? Optional.empty() : shown(node),
                        () -> List.of(node(1), node(2)),
                        () -> true,
                        PING)
                .run(workers);

        assertThat(found).extracting(NodeAudit::getNodeId).containsExactlyInAnyOrder(node(1).bytes(), node(2).bytes());
        assertThat(asked).containsEntry(node(1), 2).containsEntry(node(2), 1);
    }

    @Test
    void whoStaysSilentIsGivenUpAndWhoIsDownMeanwhileIsNotAskedAgain() throws InterruptedException {
        AtomicBoolean first = new AtomicBoolean(true);

        List<NodeAudit> found = new AuditRound(
                        node -> {
                            ask(node);
                            return Optional.empty();
                        },
                        () -> first.getAndSet(false) ? List.of(node(1), node(2)) : List.of(node(1)),
                        () -> true,
                        PING)
                .run(workers);

        assertThat(found).isEmpty();
        assertThat(asked).containsEntry(node(1), 3).containsEntry(node(2), 1);
    }

    @Test
    void nodesAreAskedSideBySideAndOneThatBreaksTheAuditHarmsNoOther() throws InterruptedException {
        CyclicBarrier both = new CyclicBarrier(2);

        List<NodeAudit> found = new AuditRound(
                        node -> {
                            if (node.equals(node(3))) {
                                throw new IllegalStateException("broken");
                            }
                            try {
                                both.await(30, TimeUnit.SECONDS);
                            } catch (java.util.concurrent.BrokenBarrierException
                                    | java.util.concurrent.TimeoutException alone) {
                                return Optional.empty();
                            }
                            return shown(node);
                        },
                        () -> List.of(node(3), node(1), node(2)),
                        () -> true,
                        PING)
                .run(workers);

        assertThat(found).hasSize(2);
    }

    @Test
    void whoLeadsNoMoreAsksNobody() throws InterruptedException {
        List<PeerId> nodes = new ArrayList<>(List.of(node(1)));

        List<NodeAudit> found = new AuditRound(AuditRoundTest::shown, () -> nodes, () -> false, PING).run(workers);

        assertThat(found).isEmpty();
    }
}

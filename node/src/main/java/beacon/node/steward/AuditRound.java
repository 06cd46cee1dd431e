package beacon.node.steward;

import beacon.dht.wire.PeerId;
import beacon.proto.v1.NodeAudit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audits of one reverb: some nodes side by side, so that one that answers slowly holds up few. Who should answer and did
 * not, as one that has just come back, is asked again a little later, and not only a bar later.
 */
final class AuditRound {
    private static final Logger LOG = LoggerFactory.getLogger(AuditRound.class);

    /** A node that does not answer by then is down soon, and then not asked any more. */
    private static final int PASSES = 3;

    /** As many pings in vain as make a node count as down. */
    private static final int PINGS_BETWEEN = 3;

    private final Auditor auditor;
    private final Supplier<List<PeerId>> nodes;
    private final BooleanSupplier leads;
    private final Duration pause;

    /** Audits one node; empty when it does not answer. */
    interface Auditor {
        Optional<NodeAudit> audit(PeerId node) throws InterruptedException;
    }

    /**
     * A round.
     *
     * @param nodes that should answer, asked before each pass
     * @param ping time between two pings of a node
     */
    AuditRound(Auditor auditor, Supplier<List<PeerId>> nodes, BooleanSupplier leads, Duration ping) {
        this.auditor = auditor;
        this.nodes = nodes;
        this.leads = leads;
        this.pause = ping.multipliedBy(PINGS_BETWEEN);
    }

    /** What the nodes showed, each once; less when this member leads no more. */
    List<NodeAudit> run(ExecutorService workers) throws InterruptedException {
        Map<PeerId, NodeAudit> found = new LinkedHashMap<>();
        Set<PeerId> silent = new LinkedHashSet<>(nodes.get());
        for (int pass = 0; pass < PASSES && !silent.isEmpty() && leads.getAsBoolean(); pass++) {
            if (pass > 0) {
                Thread.sleep(pause.toMillis());
                silent.retainAll(nodes.get());
            }
            Map<PeerId, Future<Optional<NodeAudit>>> asked = new LinkedHashMap<>();
            for (PeerId node : silent) {
                asked.put(
                        node,
                        workers.submit(() -> leads.getAsBoolean() ? auditor.audit(node) : Optional.<NodeAudit>empty()));
            }
            for (Map.Entry<PeerId, Future<Optional<NodeAudit>>> each : asked.entrySet()) {
                answer(each.getKey(), each.getValue()).ifPresent(audit -> found.put(each.getKey(), audit));
            }
            silent.removeAll(found.keySet());
        }
        return new ArrayList<>(found.values());
    }

    private static Optional<NodeAudit> answer(PeerId node, Future<Optional<NodeAudit>> audit)
            throws InterruptedException {
        try {
            return audit.get();
        } catch (ExecutionException e) {
            LOG.warn("audit_broke node={} cause=\"{}\"", node, String.valueOf(e.getCause()));
            return Optional.empty();
        }
    }
}

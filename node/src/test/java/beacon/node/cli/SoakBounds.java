package beacon.node.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How much may be broken at once: of storage nodes as many as shards of an artifact may be lost, those counted that are back
 * and not known to be whole. For a put under way it is more, since nobody can make whole what the log does not know yet: every
 * node counts that was wiped since, as it may have given its receipts before, and for one that needs all nodes, every node
 * that was impaired at any time since.
 */
final class SoakBounds {
    private final int most;
    private final Set<String> impaired = new TreeSet<>();
    private final List<Put> puts = new ArrayList<>();
    private int worst;

    SoakBounds(int most) {
        this.most = most;
    }

    /** A put under way, and who may lack what it placed, or was not given any. */
    static final class Put {
        private final boolean needsAll;
        private final Set<String> without = new TreeSet<>();

        private Put(boolean needsAll) {
            this.needsAll = needsAll;
        }
    }

    /** Begins a put, which needs all nodes when it is coded: it has as many columns. */
    synchronized Put begin(boolean needsAll) {
        Put put = new Put(needsAll);
        if (needsAll) {
            put.without.addAll(impaired);
        }
        puts.add(put);
        return put;
    }

    synchronized void end(Put put) {
        puts.remove(put);
    }

    /** Counts a node as impaired from now on, if that is within the bounds. */
    synchronized boolean impair(String node, boolean wiped) {
        if (impaired.contains(node) || impaired.size() >= most) {
            return false;
        }
        for (Put put : puts) {
            Set<String> lost = new TreeSet<>(impaired);
            lost.addAll(put.without);
            lost.add(node);
            if (lost.size() > most) {
                return false;
            }
        }
        impaired.add(node);
        puts.stream().filter(put -> wiped || put.needsAll).forEach(put -> put.without.add(node));
        worst = Math.max(worst, impaired.size());
        return true;
    }

    synchronized void isWhole(String node) {
        impaired.remove(node);
    }

    synchronized Set<String> impaired() {
        return new TreeSet<>(impaired);
    }

    /** Nodes that were impaired at once, at most. */
    synchronized int worst() {
        return worst;
    }
}

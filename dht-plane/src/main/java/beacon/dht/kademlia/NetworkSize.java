package beacon.dht.kademlia;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * How many servers the network has, from how close the closest ones to a key are: the i-th closest of n is at i/(n+1) of
 * the key space on average. Estimates of single look-ups scatter, so the median of the last ones counts, which a few
 * look-ups next to planted peers cannot move.
 */
public final class NetworkSize {
    private static final int KEPT = 32;
    private static final int MIN_PEERS = 3;
    /** A closest set as dense as this one has less than this chance of being honest. */
    private static final double IMPROBABLE = 1e-9;

    private final Deque<Double> estimates = new ArrayDeque<>();

    /** Takes the closest peers that a look-up found. */
    public void observe(KadKey target, List<KadPeer> closest) {
        if (closest.size() < MIN_PEERS) {
            return;
        }
        estimates.addLast(estimateOf(target, closest));
        if (estimates.size() > KEPT) {
            estimates.removeFirst();
        }
    }

    /** Least squares through the origin of distance over rank. */
    private static double estimateOf(KadKey target, List<KadPeer> closest) {
        double ranks = 0;
        double products = 0;
        for (int i = 0; i < closest.size(); i++) {
            double rank = i + 1.0;
            ranks += rank * rank;
            products += rank * target.distanceShare(KadKey.of(closest.get(i).id()));
        }
        return Math.max(closest.size(), ranks / Math.max(products, Double.MIN_NORMAL) - 1);
    }

    /** Servers in the network; 0 before the first look-up. */
    public double estimate() {
        List<Double> sorted = new ArrayList<>(estimates);
        sorted.sort(null);
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    /** Share of the key space within which the closest k servers of a key lie on average; 1 when nothing is known. */
    public double expectedRadius(int k) {
        double servers = estimate();
        return servers == 0 ? 1 : Math.min(1, k / (servers + 1));
    }

    /**
     * Whether the peers closest to a key are so close that chance hardly explains it: the mark of somebody who planted
     * peers there. Within the distance of the last of them one expects a Poisson number of peers.
     */
    public boolean isImprobablyDense(KadKey target, List<KadPeer> closest) {
        double servers = estimate();
        if (estimates.size() < MIN_PEERS || closest.size() < MIN_PEERS) {
            return false;
        }
        for (int count = MIN_PEERS; count <= closest.size(); count++) {
            double radius =
                    target.distanceShare(KadKey.of(closest.get(count - 1).id()));
            if (atLeast(count, servers * radius) < IMPROBABLE) {
                return true;
            }
        }
        return false;
    }

    /** Chance of at least {@code count} when {@code mean} are expected. */
    private static double atLeast(int count, double mean) {
        if (mean >= count) {
            return 1;
        }
        double term = Math.exp(-mean);
        for (int i = 1; i <= count; i++) {
            term *= mean / i;
        }
        double sum = 0;
        for (int i = count; i < count + 200 && term > 0; i++) {
            sum += term;
            term *= mean / (i + 1);
        }
        return sum;
    }
}

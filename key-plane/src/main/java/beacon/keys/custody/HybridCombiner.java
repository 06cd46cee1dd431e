package beacon.keys.custody;

import beacon.keys.envelope.FileKey;
import beacon.keys.shares.Lagrange;
import beacon.keys.shares.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Puts both halves of custodians' answers to a hybrid wrap together. Not thread-safe. Wiped by {@link #close}. */
public final class HybridCombiner implements AutoCloseable {
    private final OrgKey key;
    private final HybridWrap wrap;
    private final WrapTerms terms;
    private final Combiner combiner;
    private final TreeMap<Integer, SlotShare> slots = new TreeMap<>();
    private final TreeSet<Integer> liars = new TreeSet<>();

    public HybridCombiner(OrgKey key, HybridWrap wrap, WrapTerms terms, PartialRequest request) {
        if (!request.share().equals(wrap.share())) {
            throw new IllegalArgumentException("expected a request for the share of the wrap");
        }
        this.key = key;
        this.wrap = wrap;
        this.terms = terms;
        this.combiner = new Combiner(key, request);
    }

    /** False when the partial does not verify. */
    public boolean offer(Partial partial) {
        return combiner.offer(partial);
    }

    /** Owns the share from here on; false when it is not the one that the writer committed to. */
    public boolean offer(SlotShare share) {
        boolean fits = wrap.slot(share.index()).filter(slot -> slot.fits(share)).isPresent();
        if (fits) {
            liars.remove(share.index());
            slots.putIfAbsent(share.index(), share);
        } else if (key.hasCustodian(share.index()) && !slots.containsKey(share.index())) {
            liars.add(share.index());
        }
        return fits;
    }

    /** Custodians that gave a wrong half, and no right one. */
    public List<Integer> liars() {
        TreeSet<Integer> all = new TreeSet<>(combiner.liars());
        all.addAll(liars);
        return new ArrayList<>(all);
    }

    /** The file key; empty while answers are missing, or when the writer sealed shares that do not belong together. */
    public Optional<FileKey> fileKey() {
        Optional<byte[]> first = combiner.secret();
        if (first.isEmpty() || slots.size() < key.threshold()) {
            return Optional.empty();
        }
        TreeSet<Integer> chosen =
                new TreeSet<>(slots.keySet().stream().limit(key.threshold()).toList());
        Scalar second = Scalar.ZERO;
        for (Map.Entry<Integer, SlotShare> slot : slots.entrySet()) {
            if (chosen.contains(slot.getKey())) {
                Scalar weight = Lagrange.atZero(slot.getKey(), chosen);
                second = Scalar.multiplyAdd(weight, slot.getValue().secret(), second);
            }
        }
        Optional<FileKey> fileKey = wrap.open(first.get(), second, key, terms);
        second.wipe();
        return fileKey;
    }

    @Override
    public void close() {
        slots.values().forEach(SlotShare::close);
    }
}

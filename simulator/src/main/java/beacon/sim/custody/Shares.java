package beacon.sim.custody;

import beacon.keys.records.KeyRecord;
import beacon.keys.shares.Lagrange;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Every share that was ever seen on a disk, and what somebody could make of them. */
final class Shares {
    private final SeededEntropy entropy;
    private final Map<String, Deal> deals = new LinkedHashMap<>();
    private final Map<Long, ByteString> byHead = new LinkedHashMap<>();
    /** First two bytes of all shares, so that few places in a message need a closer look. */
    private final BitSet heads = new BitSet();

    Shares(SeededEntropy entropy) {
        this.entropy = entropy;
    }

    /** Shares that come from one ritual, by index. */
    private record Deal(ByteString keyId, TreeMap<Integer, Scalar> secrets) {}

    /** True when it was not seen before. */
    boolean learn(Theft.Share share) {
        Deal deal = deals.computeIfAbsent(share.ritual(), id -> new Deal(share.keyId(), new TreeMap<>()));
        Scalar secret = Scalar.decode(share.secret().toByteArray()).orElseThrow();
        heads.set(Short.toUnsignedInt(share.secret().asReadOnlyByteBuffer().getShort()));
        byHead.put(share.secret().asReadOnlyByteBuffer().getLong(), share.secret());
        return deal.secrets().put(share.index(), secret) == null;
    }

    /** A share that can be read in a message. */
    Optional<ByteString> findIn(ByteString message) {
        ByteBuffer bytes = message.asReadOnlyByteBuffer();
        for (int at = 0; at + Scalar.BYTES <= bytes.limit(); at++) {
            ByteString share =
                    heads.get(Short.toUnsignedInt(bytes.getShort(at))) ? byHead.get(bytes.getLong(at)) : null;
            if (share != null && message.substring(at, at + Scalar.BYTES).equals(share)) {
                return Optional.of(share);
            }
        }
        return Optional.empty();
    }

    /** What one could do that nobody should: the key from too few shares of a ritual, or from shares of two rituals. */
    Optional<String> attack(String ritual, KeyRecord record) {
        int threshold = record.key().threshold();
        Deal deal = deals.get(ritual);
        if (deal == null || !deal.keyId().equals(record.keyId())) {
            return Optional.empty();
        }
        if (gives(record, first(deal.secrets(), threshold - 1))) {
            return Optional.of("%d shares of ritual %s give the key".formatted(threshold - 1, ritual));
        }
        for (Map.Entry<String, Deal> other : deals.entrySet()) {
            boolean same =
                    other.getKey().equals(ritual) || !other.getValue().keyId().equals(record.keyId());
            if (!same && mixes(record, deal, other.getValue(), threshold)) {
                return Optional.of(
                        "shares of rituals %s and %s together give the key".formatted(ritual, other.getKey()));
            }
        }
        return Optional.empty();
    }

    /** Whether so many shares of a ritual, as a check of the attacks themselves, do give the key. */
    boolean isWhole(String ritual, KeyRecord record) {
        Deal deal = deals.get(ritual);
        return deal != null
                && deal.secrets().size() >= record.key().threshold()
                && gives(record, first(deal.secrets(), record.key().threshold()));
    }

    private boolean mixes(KeyRecord record, Deal one, Deal other, int threshold) {
        Map<Integer, Scalar> mixed = first(one.secrets(), threshold - 1);
        int own = mixed.size();
        for (Map.Entry<Integer, Scalar> entry : other.secrets().entrySet()) {
            if (mixed.size() < threshold) {
                mixed.putIfAbsent(entry.getKey(), entry.getValue());
            }
        }
        return mixed.size() == threshold && mixed.size() > own && gives(record, mixed);
    }

    private static Map<Integer, Scalar> first(Map<Integer, Scalar> secrets, int count) {
        Map<Integer, Scalar> chosen = new TreeMap<>();
        List.copyOf(secrets.keySet()).stream().limit(count).forEach(index -> chosen.put(index, secrets.get(index)));
        return chosen;
    }

    private boolean gives(KeyRecord record, Map<Integer, Scalar> secrets) {
        if (secrets.isEmpty()) {
            return false;
        }
        TreeSet<Integer> indices = new TreeSet<>(secrets.keySet());
        Scalar sum = Scalar.ZERO;
        for (Map.Entry<Integer, Scalar> entry : secrets.entrySet()) {
            sum = sum.plus(Lagrange.atZero(entry.getKey(), indices).times(entry.getValue()));
        }
        return Point.baseTimes(sum, entropy).sameAs(record.key().publicKey());
    }
}

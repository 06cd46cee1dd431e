package beacon.sim.custody;

import beacon.keys.client.Question;
import beacon.keys.custody.Partial;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.X25519Stanza;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import beacon.keys.shares.Lagrange;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A flaw: combines the first t answers, whatever their proofs say. */
final class Credulous implements Question.Taker {
    private final KeyRecord record;
    private final List<WrapItem> items;
    private final TreeMap<Integer, List<ItemAnswer>> taken = new TreeMap<>();

    Credulous(KeyRecord record, List<WrapItem> items) {
        this.record = record;
        this.items = items;
    }

    @Override
    public boolean take(int seat, List<ItemAnswer> answers) {
        taken.put(seat, answers);
        return taken.size() >= record.key().threshold();
    }

    List<Optional<FileKey>> found() {
        List<Optional<FileKey>> found = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            found.add(taken.size() < record.key().threshold() ? Optional.empty() : combine(i));
        }
        return found;
    }

    private Optional<FileKey> combine(int item) {
        TreeSet<Integer> chosen = new TreeSet<>(taken.keySet());
        Point sum = Point.IDENTITY;
        for (Map.Entry<Integer, List<ItemAnswer>> entry : taken.entrySet()) {
            Optional<Partial> partial = Partial.decode(
                    entry.getKey(), entry.getValue().get(item).partial().toByteArray());
            if (partial.isEmpty()) {
                return Optional.empty();
            }
            Scalar weight =
                    Lagrange.atZero(entry.getKey(), chosen).times(Scalar.of(8).invert());
            sum = sum.plus(partial.get().image().timesPublic(weight));
        }
        X25519Stanza stanza = items.get(item).classic().orElseThrow();
        return stanza.open(
                sum.toMontgomery(), record.key().recipient().publicKey().toByteArray());
    }
}

package beacon.keys.client;

import beacon.keys.records.BadRecordException;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.Seat;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Asks all custodians of a key which record they have, and follows the newest one from the known one. A ritual whose
 * carrier died at the last step leaves some custodians behind; what the others have repairs them.
 */
public final class KeySurvey {
    /** What is known of one seat; without an epoch it did not say. */
    public record Row(Seat seat, OptionalInt epoch, String state) {}

    private final RitualCarrier carrier;
    private final KeyRecord known;
    private KeyRecord newest;
    private final Map<Integer, Row> rows = new TreeMap<>();

    /** Asks at once. */
    public KeySurvey(RitualCarrier carrier, KeyRecord known) {
        this.carrier = carrier;
        this.known = known;
        this.newest = known;
        boolean moved = true;
        while (moved) {
            moved = ask();
        }
    }

    /** One round over the seats of the newest record; true when that led to a newer one. */
    private boolean ask() {
        rows.clear();
        List<KeyRecord> found = new ArrayList<>();
        for (int index = 1; index <= newest.plan().seats().size(); index++) {
            Seat seat = newest.plan().seat(index);
            rows.put(index, row(seat, found));
        }
        for (KeyRecord record : found) {
            if (record.follows(newest)) {
                newest = record;
                return true;
            }
        }
        return false;
    }

    private Row row(Seat seat, List<KeyRecord> found) {
        try {
            Optional<KeyRecord> record = carrier.record(seat.endpoint(), newest.keyId());
            if (record.isEmpty()) {
                return new Row(seat, OptionalInt.empty(), "KNOWS NO SUCH KEY");
            }
            found.add(record.get());
            int epoch = record.get().key().epoch();
            int present = newest.key().epoch();
            return new Row(
                    seat, OptionalInt.of(epoch), epoch < present ? "BEHIND" : epoch > present ? "AHEAD" : "SERVES");
        } catch (StatusRuntimeException failed) {
            return new Row(seat, OptionalInt.empty(), Round.problem(failed));
        } catch (BadRecordException malformed) {
            return new Row(seat, OptionalInt.empty(), "answers nonsense");
        }
    }

    public KeyRecord newest() {
        return newest;
    }

    public List<Row> rows() {
        return List.copyOf(rows.values());
    }

    /** Seats that serve the newest record. */
    public List<Integer> serving() {
        return rows.entrySet().stream()
                .filter(entry -> entry.getValue().state().equals("SERVES"))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Why others do not. */
    public List<String> problems() {
        return rows.values().stream()
                .filter(row -> !row.state().equals("SERVES"))
                .map(row -> row.seat().name() + " (" + row.state() + ")")
                .toList();
    }

    /** Gives the newest record to those who are behind; names those that took it. */
    public List<String> repair() {
        List<String> repaired = new ArrayList<>();
        for (Map.Entry<Integer, Row> entry : rows.entrySet()) {
            Row row = entry.getValue();
            boolean answers = row.epoch().isPresent() || row.state().equals("KNOWS NO SUCH KEY");
            if (answers && !row.state().equals("SERVES") && install(row.seat(), newest)) {
                repaired.add(row.seat().name());
                entry.setValue(new Row(row.seat(), OptionalInt.of(newest.key().epoch()), "SERVES"));
            }
        }
        return repaired;
    }

    /** Holders that a new record leaves out hear of it, so that they forget their shares; who is away hears later. */
    public void tellFormer(KeyRecord record) {
        for (Seat seat : known.plan().seats()) {
            if (record.plan().indexOf(seat).isEmpty()) {
                install(seat, record);
            }
        }
    }

    private boolean install(Seat seat, KeyRecord record) {
        try {
            return carrier.install(seat.endpoint(), record);
        } catch (StatusRuntimeException unreachable) {
            return false;
        }
    }
}

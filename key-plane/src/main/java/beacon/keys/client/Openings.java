package beacon.keys.client;

import beacon.keys.envelope.FileKey;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.Opening;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Wraps of many artifacts that one question opens: one opening for each. Not thread-safe. Wiped by {@link #close}. */
public final class Openings implements Question.Taker, AutoCloseable {
    private final List<Opening> openings = new ArrayList<>();
    private final List<Optional<FileKey>> found = new ArrayList<>();

    public Openings(KeyRecord record, ByteString requestId, List<WrapItem> items) {
        for (WrapItem item : items) {
            openings.add(new Opening(record, requestId, List.of(item)));
            found.add(Optional.empty());
        }
    }

    @Override
    public boolean take(int seat, List<ItemAnswer> answers) {
        for (int i = 0; i < openings.size(); i++) {
            if (found.get(i).isEmpty()) {
                // An answer that lacks wraps counts as a lie about each that it lacks.
                List<ItemAnswer> one = i < answers.size() ? List.of(answers.get(i)) : List.of();
                found.set(i, openings.get(i).offer(seat, one));
            }
        }
        return found.stream().allMatch(Optional::isPresent);
    }

    /** The file keys, in the order of the wraps; the caller wipes them. */
    public List<Optional<FileKey>> found() {
        return List.copyOf(found);
    }

    /** Custodians that gave an answer that does not verify. */
    public List<Integer> liars() {
        return openings.stream()
                .flatMap(opening -> opening.liars().stream())
                .distinct()
                .toList();
    }

    @Override
    public void close() {
        openings.forEach(Opening::close);
    }
}

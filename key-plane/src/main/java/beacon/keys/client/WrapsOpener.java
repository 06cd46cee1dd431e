package beacon.keys.client;

import beacon.keys.Entropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.Opening;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens wraps of many artifacts with one question to the custodians: what a rewrap of a whole archive is made of. */
public final class WrapsOpener {
    private final KeyRecord record;
    private final Reader reader;
    private final Channels channels;
    private final InstantSource clock;
    private final Entropy entropy;

    public WrapsOpener(KeyRecord record, Reader reader, Channels channels, InstantSource clock, Entropy entropy) {
        this.record = record;
        this.reader = reader;
        this.channels = channels;
        this.clock = clock;
        this.entropy = entropy;
    }

    /**
     * What came of it.
     *
     * @param fileKeys one for each wrap, in order, empty for one that did not open; the caller wipes them
     * @param problems why custodians gave nothing good, with their names
     */
    public record Opened(List<Optional<FileKey>> fileKeys, List<String> problems) {
        public Opened {
            fileKeys = List.copyOf(fileKeys);
            problems = List.copyOf(problems);
        }
    }

    /**
     * Asks.
     *
     * @param items 1 to {@link WrapItem#MAX_ITEMS}, each of another artifact
     */
    public Opened open(List<WrapItem> items) {
        return open(items, true);
    }

    private Opened open(List<WrapItem> items, boolean mayAskAgain) {
        try (Round round = new Round(record, reader, channels, clock, entropy);
                Openings openings = new Openings(round, items)) {
            round.ask(items, openings);
            if (mayAskAgain && round.isWorthAnother() && openings.found.stream().allMatch(Optional::isEmpty)) {
                return open(items, false);
            }
            openings.liars().forEach(seat -> round.problems().put(seat, "its answer does not verify"));
            List<String> problems = round.problems().entrySet().stream()
                    .map(entry -> name(entry.getKey()) + " (" + entry.getValue() + ")")
                    .toList();
            return new Opened(openings.found, problems);
        }
    }

    private String name(int seat) {
        return record.plan().hasSeat(seat) ? record.plan().seat(seat).name() : "nobody";
    }

    /** One opening for each wrap. */
    private final class Openings implements Round.Taker, AutoCloseable {
        private final List<Opening> openings = new ArrayList<>();
        private final List<Optional<FileKey>> found = new ArrayList<>();

        Openings(Round round, List<WrapItem> items) {
            for (WrapItem item : items) {
                openings.add(new Opening(record, round.requestId(), List.of(item)));
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

        List<Integer> liars() {
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
}

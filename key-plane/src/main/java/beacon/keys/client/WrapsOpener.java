package beacon.keys.client;

import beacon.keys.Entropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import java.time.InstantSource;
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
        try (Round round = new Round(record, reader, items, channels, clock, entropy);
                Openings openings = new Openings(record, round.requestId(), items)) {
            round.ask(openings);
            if (mayAskAgain
                    && round.isWorthAnother()
                    && openings.found().stream().allMatch(Optional::isEmpty)) {
                return open(items, false);
            }
            openings.liars().forEach(seat -> round.problems().put(seat, "its answer does not verify"));
            List<String> problems = round.problems().entrySet().stream()
                    .map(entry -> name(entry.getKey()) + " (" + entry.getValue() + ")")
                    .toList();
            return new Opened(openings.found(), problems);
        }
    }

    private String name(int seat) {
        return record.plan().hasSeat(seat) ? record.plan().seat(seat).name() : "nobody";
    }
}

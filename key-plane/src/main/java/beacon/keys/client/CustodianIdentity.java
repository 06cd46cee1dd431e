package beacon.keys.client;

import beacon.keys.Entropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Identity;
import beacon.keys.envelope.Stanza;
import beacon.keys.opening.Opening;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The organisation's identity: asks t custodians at once, and the others as soon as one of them fails or is slow.
 * Who lies or does not answer is named when it matters.
 */
public final class CustodianIdentity implements Identity {
    private final KeyRecord record;
    private final Reader reader;
    private final Channels channels;
    private final InstantSource clock;
    private final Entropy entropy;
    private volatile List<String> liars = List.of();

    public CustodianIdentity(KeyRecord record, Reader reader, Channels channels, InstantSource clock, Entropy entropy) {
        this.record = record;
        this.reader = reader;
        this.channels = channels;
        this.clock = clock;
        this.entropy = entropy;
    }

    /** Custodians whose last answer did not verify. */
    public List<String> liars() {
        return liars;
    }

    /**
     * Asks.
     *
     * @throws CustodyException.NotEnough when there is a stanza for the organisation and it does not open
     */
    @Override
    public Optional<FileKey> unwrap(List<Stanza> stanzas) {
        List<WrapItem> items = WrapItem.in(stanzas, record.keyId());
        if (items.isEmpty()) {
            return Optional.empty();
        }
        return ask(items, true);
    }

    private Optional<FileKey> ask(List<WrapItem> items, boolean mayAskAgain) {
        AtomicReference<@Nullable FileKey> found = new AtomicReference<>();
        try (Round round = new Round(record, reader, items, channels, clock, entropy);
                Opening opening = new Opening(record, round.requestId(), items)) {
            round.ask((seat, answers) -> {
                found.set(opening.offer(seat, answers).orElse(null));
                return found.get() != null;
            });
            liars = opening.liars().stream().map(this::name).toList();
            FileKey fileKey = found.get();
            if (fileKey != null) {
                return Optional.of(fileKey);
            }
            if (mayAskAgain && round.isWorthAnother()) {
                return ask(items, false);
            }
            Map<Integer, String> problems = round.problems();
            opening.liars().forEach(seat -> problems.put(seat, "its answer does not verify"));
            return none(problems);
        }
    }

    private Optional<FileKey> none(Map<Integer, String> problems) {
        int good = record.key().size() - problems.size();
        if (good >= record.key().threshold()) {
            // Enough answered, and it is not their stanza: a wrap for somebody else.
            return Optional.empty();
        }
        throw new CustodyException.NotEnough(
                record.key().threshold(),
                good,
                problems.entrySet().stream()
                        .map(entry -> name(entry.getKey()) + " (" + entry.getValue() + ")")
                        .toList());
    }

    private String name(int seat) {
        return record.plan().hasSeat(seat) ? record.plan().seat(seat).name() : "nobody";
    }
}

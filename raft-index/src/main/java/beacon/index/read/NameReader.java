package beacon.index.read;

import beacon.index.journal.Journal;
import beacon.index.log.RecordReader;
import beacon.index.log.Recorded;
import beacon.index.log.RefusalException;
import beacon.index.state.IndexView;
import beacon.index.state.PointerEntry;
import beacon.index.state.RecordedCodec;
import beacon.model.Address;
import beacon.model.Cid;
import beacon.model.PinNames;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.model.Temporal;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers questions about names from one view. Cheap to make; belongs to one thread. */
public final class NameReader {
    private final IndexView view;
    private final HistorySource history;
    private final long asOf;

    /** Opens readers on history; a {@link Journal} is one. */
    public interface HistorySource {
        RecordReader readFrom(long firstSequence);
    }

    /**
     * A reader of the view as if the log had ended earlier.
     *
     * @param asOfSequence last sequence to know of; 0 for all of the view
     * @throws RefusalException when the view does not reach that far
     */
    public NameReader(IndexView view, HistorySource history, long asOfSequence) {
        if (asOfSequence < 0 || asOfSequence > view.lastSequence()) {
            throw new RefusalException(Refusal.of(
                            Reason.BEYOND_END,
                            "expected a sequence up to %d, but found %s"
                                    .formatted(view.lastSequence(), Long.toUnsignedString(asOfSequence)))
                    .withSequence(view.lastSequence()));
        }
        this.view = view;
        this.history = history;
        this.asOf = asOfSequence == 0 ? view.lastSequence() : asOfSequence;
    }

    /** Last sequence that the answers take into account. */
    public long asOf() {
        return asOf;
    }

    /**
     * What the address points at.
     *
     * @throws RefusalException when there is no such address or revision, or it points at nothing
     */
    public Pointer resolve(Address address) {
        PointerEntry entry = view.find(address.key());
        long latest = entry == null ? 0 : entry.revisionAsOf(asOf);
        if (entry == null || latest == 0) {
            throw unknown(Reason.UNKNOWN_ADDRESS, "expected an address with a pointer, but found none at", address);
        }
        long revision = address.temporal().match(new Navigation(entry, latest));
        if (revision < 1 || revision > latest) {
            throw unknown(
                    Reason.UNKNOWN_REVISION,
                    "expected a revision from 1 to %d, but found none for".formatted(latest),
                    address);
        }
        Pointer found = pointer(entry, revision);
        if (pointsAtNothing(found)) {
            throw removed(address, found);
        }
        return found;
    }

    private static boolean pointsAtNothing(Pointer pointer) {
        return pointer.cid().equals(PinNames.RELEASED.bytes());
    }

    private static RefusalException removed(Address address, Pointer found) {
        String text = address.toString();
        String message =
                "expected an address with a pointer, but found that it was removed at revision %d (sequence %d): %s; what it pointed at before is at *~%d"
                        .formatted(found.revision(), found.sequence(), text, found.revision() - 1);
        return new RefusalException(
                new Refusal(Reason.UNKNOWN_ADDRESS, message, text, found.revision(), "", found.sequence(), 0));
    }

    private static RefusalException unknown(Reason reason, String message, Address address) {
        String text = address.toString();
        return new RefusalException(Refusal.of(reason, message + " " + text).withAddress(text));
    }

    /**
     * Addresses with a pointer, in key order.
     *
     * @param prefix of the key
     * @param after only keys greater than this one; null to start with the first
     */
    public List<Pointer> list(String prefix, @Nullable String after, int limit) {
        List<Pointer> found = new ArrayList<>();
        String last = after;
        while (found.size() < limit) {
            List<PointerEntry> page = view.scan(prefix, last, limit);
            for (PointerEntry entry : page) {
                long revision = entry.revisionAsOf(asOf);
                if (revision > 0 && found.size() < limit) {
                    Pointer pointer = pointer(entry, revision);
                    if (!pointsAtNothing(pointer)) {
                        found.add(pointer);
                    }
                }
                last = entry.key();
            }
            if (page.size() < limit) {
                break;
            }
        }
        return found;
    }

    /**
     * Events about an address, newest first, as the bytes that history keeps.
     *
     * @param from sequence of the first event to return; 0 for the newest
     */
    public List<Step> history(Address address, long from, int limit) {
        PointerEntry entry = view.find(address.key());
        if (entry == null) {
            throw unknown(Reason.UNKNOWN_ADDRESS, "expected an address with history, but found none at", address);
        }
        List<Step> steps = new ArrayList<>();
        long next = from == 0 ? entry.lastEvent() : from;
        while (next != 0 && steps.size() < limit) {
            byte[] bytes = bytesAt(next);
            Recorded recorded = RecordedCodec.decode(bytes);
            if (!address.key().equals(recorded.event().addressKey())) {
                throw new RefusalException(Refusal.of(
                        Reason.MALFORMED_REQUEST, "expected a page token of this address, but found another"));
            }
            steps.add(new Step(bytes, recorded.previous()));
            next = recorded.previous();
        }
        return steps;
    }

    /**
     * One event of an address.
     *
     * @param recorded exact bytes
     * @param previous sequence of the event before it; 0 for none
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed through to the wire; never compared.
    public record Step(byte[] recorded, long previous) {}

    private Pointer pointer(PointerEntry entry, long revision) {
        long sequence = entry.sequenceOf(revision);
        Recorded recorded = RecordedCodec.decode(bytesAt(sequence));
        ByteString cid = revision == entry.revision() ? entry.cid() : cidOf(recorded);
        return new Pointer(Address.ofKey(entry.key()).toString(), revision, sequence, cid, recorded.timeUnixMicros());
    }

    private static ByteString cidOf(Recorded recorded) {
        Cid target = recorded.event().pointsTo();
        if (target != null) {
            return target.bytes();
        }
        throw new IllegalStateException(
                "expected sequence %d to set a pointer, but it does not".formatted(recorded.sequence()));
    }

    private byte[] bytesAt(long sequence) {
        try (RecordReader reader = history.readFrom(sequence)) {
            if (!reader.next()) {
                throw new IllegalStateException("expected journal record %d, but found none".formatted(sequence));
            }
            return reader.copy();
        }
    }

    private long timeOf(long sequence) {
        return RecordedCodec.decode(bytesAt(sequence)).timeUnixMicros();
    }

    /** From a temporal part to the number of a revision; 0 when there is none. */
    private final class Navigation implements Temporal.Cases<Long> {
        private final PointerEntry entry;
        private final long latest;

        Navigation(PointerEntry entry, long latest) {
            this.entry = entry;
            this.latest = latest;
        }

        @Override
        public Long latest() {
            return latest;
        }

        @Override
        public Long first() {
            return 1L;
        }

        @Override
        public Long revision(long number) {
            return number;
        }

        @Override
        public Long back(long steps) {
            return steps >= latest ? 0 : latest - steps;
        }

        @Override
        public Long forward(long steps) {
            return steps >= latest ? 0 : 1 + steps;
        }

        @Override
        public Long at(Instant instant) {
            long micros = instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
            long low = 0;
            long high = latest;
            while (low < high) {
                long middle = (low + high + 1) >>> 1;
                if (timeOf(entry.sequenceOf(middle)) <= micros) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }
    }
}

package beacon.keys.client;

import beacon.keys.Entropy;
import beacon.keys.opening.BadRequestException;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.OpenRequest;
import beacon.keys.opening.OpeningCodec;
import beacon.keys.opening.WrapItem;
import beacon.keys.primitives.Hpke;
import beacon.keys.records.KeyRecord;
import beacon.keys.signatures.SignatureCodec;
import beacon.proto.v1.SealedDecryptReply;
import beacon.proto.v1.SignedDecryptRequest;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One question to the custodians of a key: says whom to ask what, takes what comes, and says whom else to ask. Enough of
 * them at first; the others, too, once somebody fails or is slow. Has no thread, no clock of its own and no connection;
 * not thread-safe. Wiped by {@link #close}.
 */
public final class Question implements AutoCloseable {
    private static final int LIFE_SECONDS = 100;

    /** How long to wait for those who were asked before others are asked, too. */
    private static final long PATIENCE_NANOS = 250_000_000;

    private static final long PATIENCE_NANOS_PER_WRAP = 40_000_000;

    private final KeyRecord record;
    private final Reader reader;
    private final List<WrapItem> items;
    private final InstantSource clock;
    private final ByteString requestId;
    private final byte[] seed;
    private final ByteString replyKey;
    private final Map<Integer, ByteString> asked = new LinkedHashMap<>();
    private final Map<Integer, String> problems = new TreeMap<>();
    private final Deque<Integer> unasked;
    private int open;
    private boolean enough;
    private boolean outrun;

    /** Takes the answers of one custodian; true when that is enough. */
    public interface Taker {
        boolean take(int seat, List<ItemAnswer> answers);
    }

    /** What to send where. */
    public record Call(int seat, String endpoint, SignedDecryptRequest request) {}

    /**
     * A question that nobody has been asked yet.
     *
     * @param items 1 to {@link WrapItem#MAX_ITEMS}
     */
    public Question(KeyRecord record, Reader reader, List<WrapItem> items, InstantSource clock, Entropy entropy) {
        this.record = record;
        this.reader = reader;
        this.items = List.copyOf(items);
        this.clock = clock;
        this.requestId = ByteString.copyFrom(entropy.bytes(OpenRequest.ID_BYTES));
        this.seed = entropy.bytes(Hpke.SEED_BYTES);
        this.replyKey = ByteString.copyFrom(Hpke.publicKey(seed));
        this.unasked = order();
    }

    /** Seats, from one on that chance picks, so that all custodians have their share of the work. */
    private Deque<Integer> order() {
        int size = record.key().size();
        int first = Byte.toUnsignedInt(requestId.byteAt(0)) % size;
        Deque<Integer> seats = new ArrayDeque<>();
        for (int i = 0; i < size; i++) {
            seats.add(1 + (first + i) % size);
        }
        return seats;
    }

    public ByteString requestId() {
        return requestId;
    }

    /** Why custodians gave nothing good, by seat; the caller may add to it. */
    public Map<Integer, String> problems() {
        return problems;
    }

    /** True when a custodian heard of a change while it decided: asked anew, it goes by that. */
    public boolean isWorthAnother() {
        return outrun;
    }

    /** Enough was taken, or nothing more will come. */
    public boolean isOver() {
        return enough || open == 0;
    }

    /** Whether there is anybody left who could be asked. */
    public boolean hasOthers() {
        return !unasked.isEmpty();
    }

    /** How long to wait for those who were asked before {@link #others}. */
    public long patienceNanos() {
        return PATIENCE_NANOS + items.size() * PATIENCE_NANOS_PER_WRAP;
    }

    /** As many as it takes. */
    public List<Call> begin() {
        return ask(record.key().threshold());
    }

    /** All who were not asked yet: for when somebody is slow. */
    public List<Call> others() {
        return ask(unasked.size());
    }

    private List<Call> ask(int count) {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int seat = unasked.remove();
            OpenRequest request = request(seat);
            asked.put(seat, request.encoded());
            SignedDecryptRequest signed = SignedDecryptRequest.newBuilder()
                    .setRequest(request.encoded())
                    .addAllSignatures(SignatureCodec.encode(reader.sign(request)))
                    .build();
            calls.add(new Call(seat, record.plan().seat(seat).endpoint(), signed));
        }
        open += count;
        return calls;
    }

    private OpenRequest request(int seat) {
        Instant now = clock.instant();
        OpenRequest request = new OpenRequest(
                ByteString.EMPTY,
                requestId,
                record.plan().organisation(),
                record.keyId(),
                record.key().epoch(),
                seat,
                items,
                reader.purpose(),
                replyKey,
                now,
                now.plusSeconds(LIFE_SECONDS),
                reader.claims(),
                reader.approvals());
        return OpeningCodec.decode(OpeningCodec.encode(request));
    }

    /**
     * There is no answer from a seat.
     *
     * @param again the log changed what the custodian goes by while it decided
     * @return whom else to ask now
     */
    public List<Call> failed(int seat, String problem, boolean again) {
        open--;
        problems.put(seat, problem);
        outrun |= again;
        return others();
    }

    /**
     * An answer came from a seat.
     *
     * @return whom else to ask now
     */
    public List<Call> answered(int seat, SealedDecryptReply reply, Taker taker) {
        open--;
        int failures = problems.size();
        enough |= take(seat, reply, taker);
        boolean lacking = !enough && (problems.size() > failures || open == 0);
        return lacking ? others() : List.of();
    }

    private boolean take(int seat, SealedDecryptReply reply, Taker taker) {
        Optional<byte[]> plain = Hpke.open(
                seed,
                OpenRequest.answerInfo(Objects.requireNonNull(asked.get(seat))),
                new Hpke.Sealed(
                        reply.getEncapsulated().toByteArray(),
                        reply.getCiphertext().toByteArray()));
        if (plain.isEmpty()) {
            problems.put(seat, "its answer is not sealed to this request");
            return false;
        }
        try {
            List<ItemAnswer> answers = OpeningCodec.decodeAnswers(plain.get());
            if (answers.stream().allMatch(ItemAnswer::isRefused)) {
                problems.put(
                        seat, answers.isEmpty() ? "no answer" : answers.get(0).refused());
            }
            return taker.take(seat, answers);
        } catch (BadRequestException malformed) {
            problems.put(seat, "its answer is malformed");
            return false;
        } finally {
            Arrays.fill(plain.get(), (byte) 0);
        }
    }

    @Override
    public void close() {
        Arrays.fill(seed, (byte) 0);
    }
}

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
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.SealedDecryptReply;
import beacon.proto.v1.SignedDecryptRequest;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One question to enough custodians of a key at once, and their answers as they come. Wiped by {@link #close}. */
final class Round implements AutoCloseable {
    private static final int LIFE_SECONDS = 100;

    /** How long to wait for those who were asked before others are asked, too. */
    private static final long PATIENCE_NANOS = 250_000_000;

    private static final long PATIENCE_NANOS_PER_WRAP = 40_000_000;

    private final KeyRecord record;
    private final Reader reader;
    private final Channels channels;
    private final InstantSource clock;
    private final ByteString requestId;
    private final byte[] seed;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final Map<Integer, String> problems = new TreeMap<>();
    private boolean outrun;

    /** Takes the answers of one custodian; true when that is enough. */
    interface Taker {
        boolean take(int seat, List<ItemAnswer> answers);
    }

    /**
     * What came from one seat: a reply, or why there is none.
     *
     * @param outrun the log changed what the custodian goes by while it decided
     */
    private record Arrival(
            int seat, ByteString request, Optional<SealedDecryptReply> reply, String problem, boolean outrun) {}

    Round(KeyRecord record, Reader reader, Channels channels, InstantSource clock, Entropy entropy) {
        this.record = record;
        this.reader = reader;
        this.channels = channels;
        this.clock = clock;
        this.requestId = ByteString.copyFrom(entropy.bytes(OpenRequest.ID_BYTES));
        this.seed = entropy.bytes(Hpke.SEED_BYTES);
    }

    ByteString requestId() {
        return requestId;
    }

    /** Why custodians gave nothing good, by seat; the caller may add to it. */
    Map<Integer, String> problems() {
        return problems;
    }

    /** True when a custodian heard of a change while it decided: asked anew, it goes by that. */
    boolean isWorthAnother() {
        return outrun;
    }

    /**
     * Asks as many as it takes, and hands answers over until they are enough; asks the others, too, once somebody fails,
     * or is slow.
     */
    void ask(List<WrapItem> items, Taker taker) {
        ByteString replyKey = ByteString.copyFrom(Hpke.publicKey(seed));
        Deque<Integer> unasked = order();
        int open = 0;
        for (int asked = 0; asked < record.key().threshold(); asked++) {
            open += send(items, replyKey, unasked.remove());
        }
        long patience = PATIENCE_NANOS + items.size() * PATIENCE_NANOS_PER_WRAP;
        while (open > 0) {
            Optional<Arrival> arrival = next(unasked.isEmpty() ? Long.MAX_VALUE : patience);
            int failures = problems.size();
            if (arrival.isPresent() && take(arrival.get(), taker)) {
                return;
            }
            open -= arrival.isPresent() ? 1 : 0;
            boolean lacking = arrival.isEmpty() || problems.size() > failures || open == 0;
            while (lacking && !unasked.isEmpty()) {
                open += send(items, replyKey, unasked.remove());
            }
        }
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

    private int send(List<WrapItem> items, ByteString replyKey, int seat) {
        send(request(seat, items, replyKey), seat);
        return 1;
    }

    private OpenRequest request(int seat, List<WrapItem> items, ByteString replyKey) {
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

    private void send(OpenRequest request, int seat) {
        SignedDecryptRequest signed = SignedDecryptRequest.newBuilder()
                .setRequest(request.encoded())
                .addAllSignatures(SignatureCodec.encode(reader.sign(request)))
                .build();
        channels.async(record.plan().seat(seat).endpoint()).decrypt(signed, new StreamObserver<>() {
            @Override
            public void onNext(SealedDecryptReply reply) {
                arrivals.add(new Arrival(seat, request.encoded(), Optional.of(reply), "", false));
            }

            @Override
            public void onError(Throwable error) {
                boolean again = StatusMapper.refusalOf(error)
                        .filter(refusal -> refusal.reason() == Reason.CATCHING_UP)
                        .isPresent();
                arrivals.add(new Arrival(seat, request.encoded(), Optional.empty(), problem(error), again));
            }

            @Override
            public void onCompleted() {
                // The reply is all there is.
            }
        });
    }

    static String problem(Throwable error) {
        return StatusMapper.refusalOf(error).map(Refusal::message).orElseGet(() -> switch (Status.fromThrowable(error)
                .getCode()) {
            case UNAVAILABLE -> "not reachable";
            case DEADLINE_EXCEEDED -> "no answer in time";
            default -> Status.fromThrowable(error).getCode().name();
        });
    }

    /** What arrives in time. Every call has a deadline, so something arrives in the end. */
    private Optional<Arrival> next(long nanos) {
        try {
            return Optional.ofNullable(arrivals.poll(nanos, TimeUnit.NANOSECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.of(new Arrival(0, ByteString.EMPTY, Optional.empty(), "interrupted", false));
        }
    }

    private boolean take(Arrival arrival, Taker taker) {
        if (arrival.reply().isEmpty()) {
            problems.put(arrival.seat(), arrival.problem());
            outrun |= arrival.outrun();
            return false;
        }
        SealedDecryptReply reply = arrival.reply().get();
        Optional<byte[]> plain = Hpke.open(
                seed,
                OpenRequest.answerInfo(arrival.request()),
                new Hpke.Sealed(
                        reply.getEncapsulated().toByteArray(),
                        reply.getCiphertext().toByteArray()));
        if (plain.isEmpty()) {
            problems.put(arrival.seat(), "its answer is not sealed to this request");
            return false;
        }
        try {
            List<ItemAnswer> answers = OpeningCodec.decodeAnswers(plain.get());
            if (answers.stream().allMatch(ItemAnswer::isRefused)) {
                problems.put(
                        arrival.seat(),
                        answers.isEmpty() ? "no answer" : answers.get(0).refused());
            }
            return taker.take(arrival.seat(), answers);
        } catch (BadRequestException malformed) {
            problems.put(arrival.seat(), "its answer is malformed");
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

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
import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.SealedDecryptReply;
import beacon.proto.v1.SignedDecryptRequest;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One question to all custodians of a key at once, and their answers as they come. Wiped by {@link #close}. */
final class Round implements AutoCloseable {
    private static final int LIFE_SECONDS = 100;

    private final KeyRecord record;
    private final Reader reader;
    private final Channels channels;
    private final InstantSource clock;
    private final ByteString requestId;
    private final byte[] seed;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final Map<Integer, String> problems = new TreeMap<>();

    /** Takes the answers of one custodian; true when that is enough. */
    interface Taker {
        boolean take(int seat, List<ItemAnswer> answers);
    }

    /** What came from one seat: a reply, or why there is none. */
    private record Arrival(int seat, ByteString request, Optional<SealedDecryptReply> reply, String problem) {}

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

    /** Asks, and hands answers over until they are enough or all are in. */
    void ask(List<WrapItem> items, Taker taker) {
        ByteString replyKey = ByteString.copyFrom(Hpke.publicKey(seed));
        for (int seat = 1; seat <= record.key().size(); seat++) {
            send(request(seat, items, replyKey), seat);
        }
        for (int open = record.key().size(); open > 0; open--) {
            if (take(next(), taker)) {
                return;
            }
        }
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
                arrivals.add(new Arrival(seat, request.encoded(), Optional.of(reply), ""));
            }

            @Override
            public void onError(Throwable error) {
                arrivals.add(new Arrival(seat, request.encoded(), Optional.empty(), problem(error)));
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

    private Arrival next() {
        try {
            // Every call has a deadline, so something arrives.
            return arrivals.take();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Arrival(0, ByteString.EMPTY, Optional.empty(), "interrupted");
        }
    }

    private boolean take(Arrival arrival, Taker taker) {
        if (arrival.reply().isEmpty()) {
            problems.put(arrival.seat(), arrival.problem());
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

package beacon.keys.client;

import beacon.keys.Entropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Identity;
import beacon.keys.envelope.Stanza;
import beacon.keys.opening.BadRequestException;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.OpenRequest;
import beacon.keys.opening.Opening;
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

/**
 * The organisation's identity: asks all custodians at once and has the file key as soon as t of them have answered well.
 * Who lies or does not answer is named when it matters.
 */
public final class CustodianIdentity implements Identity {
    private static final int LIFE_SECONDS = 100;

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
        byte[] seed = entropy.bytes(Hpke.SEED_BYTES);
        try {
            return ask(items, seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** What came from one seat: a reply, or why there is none. */
    private record Arrival(int seat, ByteString request, Optional<SealedDecryptReply> reply, String problem) {}

    private Optional<FileKey> ask(List<WrapItem> items, byte[] seed) {
        ByteString requestId = ByteString.copyFrom(entropy.bytes(OpenRequest.ID_BYTES));
        ByteString replyKey = ByteString.copyFrom(Hpke.publicKey(seed));
        BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
        for (int seat = 1; seat <= record.key().size(); seat++) {
            send(request(requestId, seat, items, replyKey), seat, arrivals);
        }
        Map<Integer, String> problems = new TreeMap<>();
        try (Opening opening = new Opening(record, requestId, items)) {
            for (int open = record.key().size(); open > 0; open--) {
                Arrival arrival = next(arrivals);
                Optional<FileKey> fileKey = take(arrival, seed, opening, problems);
                liars = opening.liars().stream().map(this::name).toList();
                if (fileKey.isPresent()) {
                    return fileKey;
                }
            }
            opening.liars().forEach(seat -> problems.put(seat, "its answer does not verify"));
        }
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

    private OpenRequest request(ByteString requestId, int seat, List<WrapItem> items, ByteString replyKey) {
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

    private void send(OpenRequest request, int seat, BlockingQueue<Arrival> arrivals) {
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

    private static Arrival next(BlockingQueue<Arrival> arrivals) {
        try {
            // Every call has a deadline, so something arrives.
            return arrivals.take();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Arrival(0, ByteString.EMPTY, Optional.empty(), "interrupted");
        }
    }

    private static Optional<FileKey> take(
            Arrival arrival, byte[] seed, Opening opening, Map<Integer, String> problems) {
        if (arrival.reply().isEmpty()) {
            problems.put(arrival.seat(), arrival.problem());
            return Optional.empty();
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
            return Optional.empty();
        }
        try {
            List<ItemAnswer> answers = OpeningCodec.decodeAnswers(plain.get());
            if (answers.stream().allMatch(ItemAnswer::isRefused)) {
                problems.put(
                        arrival.seat(),
                        answers.isEmpty() ? "no answer" : answers.get(0).refused());
            }
            return opening.offer(arrival.seat(), answers);
        } catch (BadRequestException malformed) {
            problems.put(arrival.seat(), "its answer is malformed");
            return Optional.empty();
        } finally {
            Arrays.fill(plain.get(), (byte) 0);
        }
    }

    private String name(int seat) {
        return record.plan().hasSeat(seat) ? record.plan().seat(seat).name() : "nobody";
    }
}

package beacon.keys.client;

import beacon.keys.Entropy;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.SealedDecryptReply;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Asks a {@link Question} over connections, and waits for the answers. Wiped by {@link #close}. */
final class Round implements AutoCloseable {
    private final Question question;
    private final Channels channels;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    /**
     * What came from one seat: a reply, or why there is none.
     *
     * @param outrun the log changed what the custodian goes by while it decided
     */
    private record Arrival(int seat, Optional<SealedDecryptReply> reply, String problem, boolean outrun) {}

    Round(
            KeyRecord record,
            Reader reader,
            List<WrapItem> items,
            Channels channels,
            InstantSource clock,
            Entropy entropy) {
        this.question = new Question(record, reader, items, clock, entropy);
        this.channels = channels;
    }

    ByteString requestId() {
        return question.requestId();
    }

    /** Why custodians gave nothing good, by seat; the caller may add to it. */
    Map<Integer, String> problems() {
        return question.problems();
    }

    /** True when a custodian heard of a change while it decided: asked anew, it goes by that. */
    boolean isWorthAnother() {
        return question.isWorthAnother();
    }

    /** Asks, and hands answers over until they are enough. */
    void ask(Question.Taker taker) {
        question.begin().forEach(this::send);
        while (!question.isOver()) {
            Optional<Arrival> arrival = next(question.hasOthers() ? question.patienceNanos() : Long.MAX_VALUE);
            List<Question.Call> more =
                    arrival.map(found -> handOver(found, taker)).orElseGet(question::others);
            more.forEach(this::send);
        }
    }

    private List<Question.Call> handOver(Arrival arrival, Question.Taker taker) {
        return arrival.reply()
                .map(reply -> question.answered(arrival.seat(), reply, taker))
                .orElseGet(() -> question.failed(arrival.seat(), arrival.problem(), arrival.outrun()));
    }

    private void send(Question.Call call) {
        channels.async(call.endpoint()).decrypt(call.request(), new StreamObserver<>() {
            @Override
            public void onNext(SealedDecryptReply reply) {
                arrivals.add(new Arrival(call.seat(), Optional.of(reply), "", false));
            }

            @Override
            public void onError(Throwable error) {
                boolean again = StatusMapper.refusalOf(error)
                        .filter(refusal -> refusal.reason() == Reason.CATCHING_UP)
                        .isPresent();
                arrivals.add(new Arrival(call.seat(), Optional.empty(), problem(error), again));
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
            return Optional.of(new Arrival(0, Optional.empty(), "interrupted", false));
        }
    }

    @Override
    public void close() {
        question.close();
    }
}

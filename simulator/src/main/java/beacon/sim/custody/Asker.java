package beacon.sim.custody;

import beacon.keys.authority.Caller;
import beacon.keys.client.Openings;
import beacon.keys.client.Question;
import beacon.keys.client.Reader;
import beacon.keys.envelope.FileKey;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import beacon.proto.v1.SealedDecryptReply;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Has wraps opened by the custodians of a record, as readers and rewraps do. */
final class Asker {
    private static final Caller READER = new Caller("client/reader", "client");
    private static final Reader BEARER = Reader.ofCertificate("simulated");

    private final World world;
    private final CustodyWire wire;
    private final Map<String, SimCustodian> custodians;
    private final CustodyChecks checks;
    private final SeededEntropy entropy;
    private final Set<CustodyFlaw> flaws;

    Asker(
            World world,
            CustodyWire wire,
            Map<String, SimCustodian> custodians,
            CustodyChecks checks,
            Set<CustodyFlaw> flaws) {
        this.world = world;
        this.wire = wire;
        this.custodians = custodians;
        this.checks = checks;
        this.entropy = new SeededEntropy(world, "entropy/asker");
        this.flaws = flaws;
    }

    /** File keys in the order of the wraps, and why some are missing. */
    record Opened(ByteString requestId, List<Optional<FileKey>> fileKeys, List<String> problems) {}

    /** Asks once. */
    void open(KeyRecord record, List<WrapItem> items, Consumer<Opened> then) {
        new Attempt(record, items, then).begin();
    }

    /** One question on its way. */
    private final class Attempt {
        private final KeyRecord record;
        private final List<WrapItem> items;
        private final Consumer<Opened> then;
        private final Question question;
        private final Openings openings;
        private final Optional<Credulous> credulous;
        private boolean over;

        Attempt(KeyRecord record, List<WrapItem> items, Consumer<Opened> then) {
            this.record = record;
            this.items = items;
            this.then = then;
            this.question = new Question(
                    record, BEARER, items, () -> Instant.ofEpochMilli(world.unixMicros() / 1_000), entropy);
            this.openings = new Openings(record, question.requestId(), items);
            this.credulous = flaws.contains(CustodyFlaw.PROOFS_NOT_CHECKED)
                    ? Optional.of(new Credulous(record, items))
                    : Optional.empty();
        }

        void begin() {
            question.begin().forEach(this::send);
            world.after(question.patienceNanos() / 1_000, () -> {
                if (!over) {
                    question.others().forEach(this::send);
                }
            });
        }

        private void send(Question.Call call) {
            SimCustodian custodian = custodians.get(call.endpoint());
            if (custodian == null) {
                throw new IllegalStateException("expected a custodian at " + call.endpoint());
            }
            wire.<SealedDecryptReply>call(
                    custodian,
                    call.request(),
                    calls -> checks.decide(custodian, () -> {
                        SealedDecryptReply honest = calls.decrypt(READER, call.request());
                        return custodian.lies ? Lie.instead(honest, call.request(), items.size(), entropy) : honest;
                    }),
                    reply -> arrived(call.seat(), reply));
        }

        private void arrived(int seat, Reply<SealedDecryptReply> reply) {
            if (over) {
                return;
            }
            Question.Taker taker = credulous.<Question.Taker>map(each -> each).orElse(openings);
            List<Question.Call> more = reply.value()
                    .map(value -> question.answered(seat, value, taker))
                    .orElseGet(() -> question.failed(seat, reply.problem(), reply.again()));
            more.forEach(this::send);
            if (question.isOver()) {
                over = true;
                question.close();
                openings.liars().forEach(liar -> question.problems().put(liar, "its answer does not verify"));
                List<String> problems = question.problems().entrySet().stream()
                        .map(entry -> record.plan().seat(entry.getKey()).name() + " (" + entry.getValue() + ")")
                        .toList();
                then.accept(new Opened(
                        question.requestId(), credulous.map(Credulous::found).orElseGet(openings::found), problems));
                openings.close();
            }
        }
    }
}

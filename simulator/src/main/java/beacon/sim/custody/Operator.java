package beacon.sim.custody;

import beacon.keys.authority.Caller;
import beacon.keys.client.CustodyException;
import beacon.keys.client.RitualRounds;
import beacon.keys.custodian.RefusedException;
import beacon.keys.records.KeyKind;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualPlan;
import beacon.keys.records.Seat;
import beacon.model.Event;
import beacon.model.Event.KeyState;
import beacon.proto.v1.AdvanceRitualReply;
import beacon.proto.v1.AdvanceRitualRequest;
import beacon.proto.v1.GetCustodianReply;
import beacon.proto.v1.GetCustodianRequest;
import beacon.proto.v1.InstallKeyRecordReply;
import beacon.proto.v1.InstallKeyRecordRequest;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Does one task after the other, each until it is done; every attempt goes by what the log and the custodians say now. */
final class Operator {
    private static final Caller OPERATOR = new Caller("operator/root", "operator");
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final long LEAST_PAUSE = 30 * World.SECOND;
    private static final long MOST_PAUSE = 4 * World.MINUTE;
    /** Attempts after which holders that do not take part are left out. */
    private static final int PATIENCE = 8;

    private final World world;
    private final CustodyWire wire;
    private final SimKeyLog log;
    private final Map<String, SimCustodian> custodians;
    private final Rewrapper rewrapper;
    private final CustodyScenario scenario;
    private final SplittableRandom random;
    private final SeededEntropy entropy;
    private final Deque<CustodyTask.Kind> tasks = new ArrayDeque<>();
    private Consumer<KeyRecord> afterRitual = record -> {};
    private int life;
    private int attempts;
    private boolean busy;
    private boolean down;
    private int ended;
    private int failed;
    private int turn;

    Operator(
            World world,
            CustodyWire wire,
            SimKeyLog log,
            Map<String, SimCustodian> custodians,
            Rewrapper rewrapper,
            CustodyScenario scenario) {
        this.world = world;
        this.wire = wire;
        this.log = log;
        this.custodians = custodians;
        this.rewrapper = rewrapper;
        this.scenario = scenario;
        this.random = world.random("operator");
        this.entropy = new SeededEntropy(world, "entropy/operator");
    }

    /** Who is told of every ritual that ended well. */
    void afterRitual(Consumer<KeyRecord> told) {
        afterRitual = told;
    }

    int ended() {
        return ended;
    }

    int failed() {
        return failed;
    }

    boolean isIdle() {
        return tasks.isEmpty();
    }

    void add(CustodyTask.Kind task) {
        tasks.add(task);
        next();
    }

    /** The program is killed, and knows nothing any more but what there is still to do. */
    void kill(long lasts) {
        life++;
        down = true;
        rewrapper.kill();
        world.after(lasts, () -> {
            down = false;
            busy = false;
            next();
        });
    }

    private void next() {
        if (busy || down || tasks.isEmpty()) {
            return;
        }
        busy = true;
        int of = life;
        CustodyTask.Kind task = tasks.element();
        world.say("task %s, attempt %d".formatted(task, attempts + 1));
        Consumer<Boolean> end = done -> {
            if (of == life) {
                finished(done);
            }
        };
        if (task == CustodyTask.Kind.ROTATE) {
            rotate(end);
        } else {
            reshare(task, end);
        }
    }

    private void finished(boolean done) {
        attempts = done ? 0 : attempts + 1;
        if (done) {
            world.say("task %s is done".formatted(tasks.remove()));
        }
        int of = life;
        world.after(random.nextLong(LEAST_PAUSE, MOST_PAUSE), () -> {
            if (of == life) {
                busy = false;
                next();
            }
        });
    }

    /** Who answers, and which record it has of a key. */
    private record Found(Seat seat, Optional<ByteString> record) {}

    private void survey(ByteString keyId, Consumer<Map<String, Found>> then) {
        GetCustodianRequest request = GetCustodianRequest.newBuilder()
                .setRecords(GetCustodianRequest.Records.RECORDS_ONE)
                .setKeyId(keyId)
                .build();
        Map<String, Found> found = new LinkedHashMap<>();
        int[] open = {custodians.size()};
        for (SimCustodian custodian : custodians.values()) {
            wire.<GetCustodianReply>call(custodian, request, calls -> calls.describe(request), reply -> {
                reply.value().ifPresent(value -> found.put(custodian.name, found(value)));
                open[0]--;
                if (open[0] == 0) {
                    then.accept(found);
                }
            });
        }
    }

    private static Found found(GetCustodianReply reply) {
        return new Found(
                RecordCodec.decode(reply.getSeat()),
                reply.getKeysList().stream()
                        .map(RecordCodec::decode)
                        .map(KeyRecord::hash)
                        .findFirst());
    }

    private void reshare(CustodyTask.Kind task, Consumer<Boolean> end) {
        KeyRecord present = log.active().orElseThrow();
        survey(present.keyId(), found -> {
            List<Integer> serving = new ArrayList<>();
            for (int index = 1; index <= present.plan().seats().size(); index++) {
                Found holder = found.get(present.plan().seat(index).name());
                if (holder != null
                        && holder.seat().sameHolder(present.plan().seat(index))
                        && holder.record().equals(Optional.of(present.hash()))) {
                    serving.add(index);
                }
            }
            Optional<List<Seat>> seats = seats(task, present, found, serving);
            if (serving.size() < present.key().threshold() || seats.isEmpty()) {
                world.say("custodians %s answer, %d of them serve".formatted(found.keySet(), serving.size()));
                end.accept(false);
                return;
            }
            RitualPlan plan = RecordCodec.reshare(
                    session(), present, serving, present.key().threshold(), seats.get(), deadline());
            run(plan, Optional.of(present), record -> end.accept(record.isPresent()));
        });
    }

    /** Holders of the next epoch; empty when this is not the time. */
    private Optional<List<Seat>> seats(
            CustodyTask.Kind task, KeyRecord present, Map<String, Found> found, List<Integer> serving) {
        List<Seat> holders = new ArrayList<>(present.plan().seats());
        List<Seat> away = new ArrayList<>();
        for (int index = 1; index <= holders.size(); index++) {
            if (!serving.contains(index)) {
                away.add(holders.get(index - 1));
            }
        }
        List<Seat> leaving = new ArrayList<>();
        if (attempts >= PATIENCE) {
            leaving.addAll(away);
        }
        if (task == CustodyTask.Kind.REPLACE && leaving.isEmpty()) {
            leaving.add(away.isEmpty() ? holders.get(turn++ % holders.size()) : away.get(0));
        }
        List<String> names = holders.stream().map(Seat::name).toList();
        holders.removeAll(leaving);
        for (Map.Entry<String, Found> spare : found.entrySet()) {
            boolean isNew = !names.contains(spare.getKey())
                    || leaving.stream()
                            .anyMatch(seat -> seat.name().equals(spare.getKey())
                                    && !seat.sameHolder(spare.getValue().seat()));
            if (isNew && holders.size() < scenario.custodians()) {
                holders.add(spare.getValue().seat());
            }
        }
        boolean all = holders.stream()
                .allMatch(seat -> found.containsKey(seat.name())
                        && Objects.requireNonNull(found.get(seat.name())).seat().sameHolder(seat));
        return all && holders.size() >= present.key().threshold() ? Optional.of(holders) : Optional.empty();
    }

    private ByteString session() {
        return ByteString.copyFrom(entropy.bytes(RitualPlan.SESSION_ID_BYTES));
    }

    private Instant deadline() {
        return Instant.ofEpochMilli(world.unixMicros() / 1_000).plus(DEADLINE);
    }

    /** A new key of these holders. */
    void ceremony(List<Seat> seats, Consumer<Optional<KeyRecord>> end) {
        RitualPlan plan = RecordCodec.ceremony(
                session(), SimCustodian.ORGANISATION, KeyKind.INTERNAL, scenario.threshold(), seats, deadline());
        run(plan, Optional.empty(), end);
    }

    private void run(RitualPlan plan, Optional<KeyRecord> present, Consumer<Optional<KeyRecord>> end) {
        world.say("ritual %s of %s"
                .formatted(
                        plan.ritualId().substring(0, 8),
                        plan.seats().stream().map(Seat::name).toList()));
        new Carriage(new RitualRounds(plan, List.of(), present), life, end).round();
    }

    /** Carries the messages of one ritual, until it ends or this program does. */
    private final class Carriage {
        private final RitualRounds rounds;
        private final int of;
        private final Consumer<Optional<KeyRecord>> end;

        Carriage(RitualRounds rounds, int of, Consumer<Optional<KeyRecord>> end) {
            this.rounds = rounds;
            this.of = of;
            this.end = end;
        }

        void round() {
            Map<String, AdvanceRitualRequest> requests = rounds.next();
            Map<String, AdvanceRitualReply> replies = new LinkedHashMap<>();
            int[] open = {requests.size()};
            requests.forEach((endpoint, request) -> wire.<AdvanceRitualReply>call(
                    custodian(endpoint), request, calls -> calls.advance(OPERATOR, request), reply -> {
                        reply.value().ifPresent(value -> replies.put(endpoint, value));
                        if (reply.value().isEmpty()) {
                            world.say("%s takes no part: %s".formatted(rounds.name(endpoint), reply.problem()));
                        }
                        open[0]--;
                        if (open[0] == 0 && of == life) {
                            took(requests.size(), replies);
                        }
                    }));
        }

        private void took(int parties, Map<String, AdvanceRitualReply> replies) {
            if (replies.size() < parties) {
                fail("somebody takes no part");
                return;
            }
            try {
                rounds.take(replies).ifPresentOrElse(this::succeed, this::round);
            } catch (CustodyException.RitualFailed blamed) {
                fail(String.valueOf(blamed.getMessage()));
            }
        }

        private void succeed(KeyRecord record) {
            InstallKeyRecordRequest request = InstallKeyRecordRequest.newBuilder()
                    .setRecord(RecordCodec.encode(record))
                    .build();
            rounds.formerHolders()
                    .forEach(endpoint -> wire.<InstallKeyRecordReply>call(
                            custodian(endpoint), request, calls -> calls.install(OPERATOR, request), reply -> {}));
            ended++;
            world.say("key %s has epoch %d, record %s"
                    .formatted(shown(record.keyId()), record.key().epoch(), shown(record.hash())));
            afterRitual.accept(record);
            end.accept(Optional.of(record));
        }

        private void fail(String problem) {
            failed++;
            world.say("ritual failed: " + problem);
            end.accept(Optional.empty());
        }
    }

    static String shown(ByteString id) {
        return HexFormat.of().formatHex(id.substring(0, 4).toByteArray());
    }

    private SimCustodian custodian(String endpoint) {
        return Optional.ofNullable(custodians.get(endpoint)).orElseThrow();
    }

    /** Goes on where the log says that it is. */
    private void rotate(Consumer<Boolean> end) {
        KeyRecord active = log.active().orElseThrow();
        List<ByteString> leaving = log.keysIn(KeyState.DECRYPT_ONLY);
        if (!leaving.isEmpty()) {
            rewrap(leaving.get(0), end);
            return;
        }
        survey(active.keyId(), found -> {
            List<Seat> seats = found.values().stream()
                    .map(Found::seat)
                    .filter(seat -> active.plan().indexOf(seat).isPresent() || attempts >= PATIENCE)
                    .limit(scenario.custodians())
                    .toList();
            if (seats.size()
                    < (attempts >= PATIENCE
                            ? scenario.threshold()
                            : active.key().size())) {
                end.accept(false);
                return;
            }
            int of = life;
            ceremony(seats, born -> {
                if (born.isPresent() && of == life) {
                    activate(born.get(), active.keyId());
                    rewrap(active.keyId(), end);
                } else {
                    end.accept(false);
                }
            });
        });
    }

    /** From here on writers seal to it. */
    void activate(KeyRecord record, ByteString replaces) {
        log.append(
                "operator",
                new Event.KeyRecorded(
                        record.keyId(), record.key().epoch(), ByteString.copyFrom(RecordCodec.toBytes(record))));
        log.append("operator", new Event.KeyStateChanged(record.keyId(), KeyState.ACTIVE, false, replaces, "begun"));
        world.say("key %s is active".formatted(shown(record.keyId())));
    }

    private void rewrap(ByteString old, Consumer<Boolean> end) {
        rewrapper.run(old, () -> {
            try {
                log.append("operator", state(old, KeyState.RETIRED));
                log.append("operator", state(old, KeyState.DESTROYED));
                world.say("key %s is destroyed".formatted(shown(old)));
                end.accept(true);
            } catch (RefusedException inUse) {
                end.accept(false);
            }
        });
    }

    static Event.KeyStateChanged state(ByteString keyId, KeyState state) {
        return new Event.KeyStateChanged(keyId, state, false, ByteString.EMPTY, "rewrapped");
    }
}

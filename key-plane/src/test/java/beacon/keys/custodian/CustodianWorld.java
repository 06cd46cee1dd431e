package beacon.keys.custodian;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.authority.Authority;
import beacon.keys.authority.Budgets;
import beacon.keys.authority.Caller;
import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Stanza;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.fragments.StoreSeal;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.OpenRequest;
import beacon.keys.opening.Opening;
import beacon.keys.opening.OpeningCodec;
import beacon.keys.opening.WrapItem;
import beacon.keys.primitives.Hpke;
import beacon.keys.records.KeyKind;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualMessage;
import beacon.keys.records.RitualPlan;
import beacon.keys.records.Seat;
import beacon.keys.signatures.OrgRoot;
import beacon.keys.signatures.RootKey;
import beacon.keys.signatures.Signature;
import beacon.keys.signatures.SignedStatement;
import beacon.keys.signatures.SubjectKey;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/** Custodians in one process, each in its directory, with a clock that a test moves. */
final class CustodianWorld implements AutoCloseable {
    static final Caller OPERATOR = new Caller("operator/root", "operator");
    static final Caller ALICE = new Caller("client/alice", "client");

    final Entropy entropy = new TestEntropy(42);
    final TreeMap<Integer, Custodian> custodians = new TreeMap<>();
    final List<CustodyEvent> events = new ArrayList<>();
    Instant now = Instant.parse("2026-11-20T12:00:00Z");
    Budgets.Limit limit = new Budgets.Limit(10_000, Duration.ofMinutes(1));
    private final TreeMap<Integer, CustodianHome> homes = new TreeMap<>();
    private final X25519Identity seal = X25519Identity.generate(entropy);
    private final Path directory;
    private final Optional<RootKey> root;

    private final Optional<IntFunction<EventSink>> log;

    CustodianWorld(Path directory, int size, Optional<RootKey> root) {
        this(directory, size, root, Optional.empty());
    }

    /** Custodians whose events go to a log, by number. */
    CustodianWorld(Path directory, int size, Optional<RootKey> root, Optional<IntFunction<EventSink>> log) {
        this.directory = directory;
        this.root = root;
        this.log = log;
        for (int number = 1; number <= size; number++) {
            homes.put(
                    number,
                    CustodianHome.initialize(
                            directory.resolve("c" + number),
                            "c" + number,
                            "example",
                            root.map(RootKey::root),
                            StoreSeal.x25519(seal),
                            entropy));
            serve(number);
        }
    }

    private InstantSource clock() {
        return () -> now;
    }

    private void serve(int number) {
        EventSink sink = log.map(sinks -> sinks.apply(number)).orElse(events::add);
        custodians.put(number, new Custodian(homes.get(number), "host:" + number, limit, sink, clock(), entropy));
    }

    /** Stops and starts a custodian. */
    void restart(int number) {
        custodians.get(number).close();
        homes.get(number).close();
        homes.put(number, CustodianHome.open(directory.resolve("c" + number), StoreSeal.x25519(seal), entropy));
        serve(number);
    }

    /** What is in a custodian's fragment store. */
    List<beacon.keys.fragments.Ritual.Label> fragments(int number) {
        return homes.get(number).fragments().list();
    }

    Path directory(int number) {
        return directory.resolve("c" + number);
    }

    List<Seat> seats(int... numbers) {
        List<Seat> seats = new ArrayList<>();
        for (int number : numbers) {
            seats.add(custodians.get(number).seat());
        }
        return seats;
    }

    RitualPlan ceremonyPlan(KeyKind kind, int threshold, int... numbers) {
        return RecordCodec.ceremony(
                ByteString.copyFrom(entropy.bytes(32)),
                "example",
                kind,
                threshold,
                seats(numbers),
                now.plusSeconds(300));
    }

    RitualPlan resharePlan(KeyRecord present, List<Integer> dealers, int threshold, int... numbers) {
        return RecordCodec.reshare(
                ByteString.copyFrom(entropy.bytes(32)),
                present,
                dealers,
                threshold,
                seats(numbers),
                now.plusSeconds(300));
    }

    KeyRecord born(KeyKind kind, int threshold, int... numbers) {
        return carry(ceremonyPlan(kind, threshold, numbers), Optional.empty(), UnaryOperator.identity())
                .record()
                .orElseThrow();
    }

    KeyRecord reshared(KeyRecord present, List<Integer> dealers, int threshold, int... numbers) {
        return carry(resharePlan(present, dealers, threshold, numbers), Optional.of(present), UnaryOperator.identity())
                .record()
                .orElseThrow();
    }

    /** How a carried ritual ended. */
    record Ending(Optional<KeyRecord> record, TreeMap<Integer, List<Rituals.Fault>> blamed) {}

    /** Carries all messages to all; a test may change what is carried, or drop it (null). */
    Ending carry(RitualPlan plan, Optional<KeyRecord> present, UnaryOperator<RitualMessage> network) {
        TreeMap<Integer, List<RitualMessage>> said = new TreeMap<>();
        TreeMap<Integer, List<Rituals.Fault>> blamed = new TreeMap<>();
        Optional<KeyRecord> record = Optional.empty();
        for (int round = 0; round < 8; round++) {
            for (int number : takingPart(plan, present)) {
                Rituals.Progress progress = step(number, plan, present, said, network);
                said.put(number, progress.said().isEmpty() ? said.getOrDefault(number, List.of()) : progress.said());
                if (!progress.blamed().isEmpty()) {
                    blamed.put(number, progress.blamed());
                }
                record = progress.record().or(recordSoFar(record));
            }
        }
        return new Ending(record, blamed);
    }

    private static java.util.function.Supplier<Optional<KeyRecord>> recordSoFar(Optional<KeyRecord> record) {
        return () -> record;
    }

    private List<Integer> takingPart(RitualPlan plan, Optional<KeyRecord> present) {
        return custodians.entrySet().stream()
                .filter(entry -> {
                    Seat seat = entry.getValue().seat();
                    boolean deals = present.flatMap(record -> record.plan().indexOf(seat))
                            .filter(index -> plan.dealers().contains(index))
                            .isPresent();
                    return deals || plan.indexOf(seat).isPresent();
                })
                .map(java.util.Map.Entry::getKey)
                .toList();
    }

    Rituals.Progress step(
            int number,
            RitualPlan plan,
            Optional<KeyRecord> present,
            java.util.Map<Integer, List<RitualMessage>> said,
            UnaryOperator<RitualMessage> network) {
        List<RitualMessage> messages = new ArrayList<>();
        said.forEach((sender, all) -> {
            if (sender != number) {
                all.stream().map(network).filter(java.util.Objects::nonNull).forEach(messages::add);
            }
        });
        return custodians
                .get(number)
                .rituals()
                .advance(OPERATOR, new Rituals.Visit(plan.encoded(), authority(plan), present, messages));
    }

    List<Signature> authority(RitualPlan plan) {
        return root.map(key ->
                        key.sign(Rituals.PLAN_USE, plan.encoded(), entropy).signatures())
                .orElse(List.of());
    }

    Optional<OrgRoot> root() {
        return root.map(RootKey::root);
    }

    /** One reader's way of asking. */
    final class Asking {
        KeyRecord record;
        List<WrapItem> items;
        Optional<SubjectKey> key = Optional.empty();
        List<SignedStatement> claims = List.of();
        List<SignedStatement> approvals = List.of();
        ByteString requestId = ByteString.copyFrom(entropy.bytes(16));
        final byte[] seed = entropy.bytes(32);

        Asking(KeyRecord record, List<Stanza> stanzas) {
            this.record = record;
            this.items = WrapItem.in(stanzas, record.keyId());
        }

        OpenRequest request(int seat) {
            OpenRequest request = new OpenRequest(
                    ByteString.EMPTY,
                    requestId,
                    "example",
                    record.keyId(),
                    record.key().epoch(),
                    seat,
                    items,
                    "test",
                    ByteString.copyFrom(Hpke.publicKey(seed)),
                    now,
                    now.plusSeconds(60),
                    claims,
                    approvals);
            return OpeningCodec.decode(OpeningCodec.encode(request));
        }

        List<Signature> signatures(OpenRequest request) {
            return key.map(k -> List.of(k.sign(Authority.REQUEST_USE, request.encoded())))
                    .orElse(List.of());
        }

        /** What the custodian in that seat answers. */
        List<ItemAnswer> ask(int seat) {
            OpenRequest request = request(seat);
            return ask(seat, request, signatures(request));
        }

        List<ItemAnswer> ask(int seat, OpenRequest request, List<Signature> signatures) {
            Custodian custodian = custodians.values().stream()
                    .filter(c -> c.seat().sameHolder(record.plan().seat(seat)))
                    .findFirst()
                    .orElseThrow();
            Answers.Sealed sealed = custodian.answers().answer(ALICE, request.encoded(), signatures);
            byte[] plain = Hpke.open(
                            seed,
                            OpenRequest.answerInfo(request.encoded()),
                            new Hpke.Sealed(
                                    sealed.encapsulated().toByteArray(),
                                    sealed.ciphertext().toByteArray()))
                    .orElseThrow();
            return OpeningCodec.decodeAnswers(plain);
        }

        /** The file key, asking these seats. */
        Optional<FileKey> open(int... seats) {
            try (Opening opening = new Opening(record, requestId, items)) {
                for (int seat : seats) {
                    Optional<FileKey> fileKey = opening.offer(seat, ask(seat));
                    if (fileKey.isPresent()) {
                        return fileKey;
                    }
                }
                return Optional.empty();
            }
        }
    }

    @Override
    public void close() {
        custodians.values().forEach(Custodian::close);
        homes.values().forEach(CustodianHome::close);
    }
}

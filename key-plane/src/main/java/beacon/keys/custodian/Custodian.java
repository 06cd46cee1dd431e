package beacon.keys.custodian;

import beacon.keys.Entropy;
import beacon.keys.authority.Authority;
import beacon.keys.authority.Budgets;
import beacon.keys.authority.Caller;
import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import beacon.keys.authority.ReplayGuard;
import beacon.keys.authority.Revocation;
import beacon.keys.authority.StatementCodec;
import beacon.keys.custody.Party;
import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.Stanza;
import beacon.keys.opening.OpenRequest;
import beacon.keys.opening.WrapItem;
import beacon.keys.primitives.Hpke;
import beacon.keys.records.BadRecordException;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.Seat;
import beacon.keys.shares.Scalar;
import beacon.keys.signatures.OrgRoot;
import beacon.keys.signatures.SignatureCodec;
import beacon.keys.signatures.SignedStatement;
import beacon.model.Event;
import beacon.model.Reason;
import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** One custodian at work. Safe for many threads. Wiped by {@link #close}. */
public final class Custodian implements AutoCloseable {
    /** Characters of a revocation's name, which is that of a file. */
    private static final int MAX_NAME = 128;

    private final CustodianHome home;
    private final Seat seat;
    private final Scalar ceremonyKey;
    private final byte[] slotSeed;
    private final Optional<OrgRoot> root;
    private final EventSink events;
    private final InstantSource clock;
    private final StateFiles revocations;
    private final Authority authority;
    private final Standing standing;
    private final HeardFile heardFile;
    private final Optional<LogPlace> place;
    private final ErasedWraps erased;
    /** Revocations that the log, or what takes its place, has. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    private final Keys keys;
    private final Rituals rituals;
    private final Answers answers;

    /**
     * Starts a custodian in its directory, which stays the caller's to close.
     *
     * @param endpoint where others reach it
     */
    public Custodian(
            CustodianHome home,
            String endpoint,
            Budgets.Limit limit,
            EventSink events,
            InstantSource clock,
            Entropy entropy) {
        this.home = home;
        this.events = events;
        this.clock = clock;
        this.ceremonyKey = Scalar.decode(home.own(CustodianHome.CEREMONY_KEY))
                .orElseThrow(() -> new CustodianException("expected a ceremony key"));
        this.slotSeed = home.own(CustodianHome.SLOT_SEED);
        try (Party self = new Party(1, ceremonyKey.copy())) {
            this.seat = new Seat(
                    home.name(), endpoint, self.publicKey(entropy), ByteString.copyFrom(Hpke.publicKey(slotSeed)));
        }
        this.root = home.root();
        this.revocations = new StateFiles(home.directory().resolve("revocations"));
        this.authority = new Authority(
                home.organisation(),
                root,
                home.policies(),
                new Budgets(limit),
                new ReplayGuard(clock.instant(), OpenRequest.MAX_LIFE));
        this.heardFile = new HeardFile(home.directory().resolve("log"));
        Optional<HeardFile.Heard> before = events.isLog() ? heardFile.read() : Optional.empty();
        this.place = before.map(HeardFile.Heard::place);
        this.standing = new Standing(events.isLog(), before);
        before.ifPresent(heard -> told.addAll(heard.told()));
        this.erased = new ErasedWraps(
                home.directory().resolve("erased"),
                before.map(HeardFile.Heard::erased).orElseGet(HeardFile::map));
        this.keys = new Keys(home, seat, events, clock);
        this.rituals = new Rituals(home, new Rituals.Self(seat, ceremonyKey), root, keys, events, clock, entropy);
        this.answers = new Answers(
                home,
                new Answers.Self(seat, slotSeed),
                authority,
                new Answers.Heard(standing, erased),
                events,
                clock,
                entropy);
        loadRevocations();
        standing.states().forEach(this::destroyWhatTheLogDestroyed);
        keys.settle();
        if (!events.isLog()) {
            rituals.tidy();
        }
    }

    /** Its place, as it would stand in a plan. */
    public Seat seat() {
        return seat;
    }

    public String organisation() {
        return home.organisation();
    }

    /** Newest record of every key it holds or held. */
    public List<KeyRecord> keys() {
        return home.records().all();
    }

    /** Its part in ceremonies and resharings. */
    public Rituals rituals() {
        return rituals;
    }

    /** Its answers to readers. */
    public Answers answers() {
        return answers;
    }

    /** Takes a record that it missed; false when it knew it. */
    public boolean install(Caller caller, KeyRecord record) {
        return keys.install(caller, record);
    }

    /** How far it had heard the log before this start; empty when it hears it from the beginning. */
    public Optional<LogPlace> place() {
        return place;
    }

    /** Everything up to there was heard, and need not be heard again after a start. Not while something is heard. */
    public void keepPlace(LogPlace reached) {
        heardFile.write(new HeardFile.Heard(
                reached, standing.states(), standing.epochs(), new TreeSet<>(told), erased.counts()));
        erased.tidy();
    }

    /** Takes what the log says. Events come in the order of the log; hearing one again changes nothing. */
    public void hear(Event event) {
        if (event instanceof Event.KeyStateChanged change) {
            standing.heardState(change.keyId(), change.state(), change.replaces());
            destroyWhatTheLogDestroyed(change.keyId(), change.state());
        } else if (event instanceof Event.KeyRecorded recorded) {
            hearRecord(recorded);
        } else if (event instanceof Event.RitualAborted aborted) {
            rituals.heardAborted(aborted.ritualId());
        } else if (event instanceof Event.RevocationRecorded revoked) {
            SignatureCodec.parse(revoked.statement()).ifPresent(this::hearRevocation);
        }
    }

    /**
     * Takes the headers that a deleted artifact ever had: their wraps open nothing from here on. Before the place after their
     * erasure is kept; hearing them again changes nothing.
     */
    public void hearErased(List<Event.HeaderSet> headers) {
        Map<ByteString, List<ByteString>> shares = new HashMap<>();
        headers.forEach(header ->
                shares.computeIfAbsent(header.keyId(), key -> new ArrayList<>()).addAll(sharesIn(header)));
        shares.forEach(erased::add);
    }

    /** None in a header that is nonsense: nobody opens it either. */
    private static List<ByteString> sharesIn(Event.HeaderSet header) {
        try {
            List<Stanza> stanzas = Header.parse(header.header().toByteArray()).stanzas();
            return WrapItem.in(stanzas, header.keyId()).stream()
                    .flatMap(item -> item.share().stream())
                    .toList();
        } catch (AgeException nonsense) {
            return List.of();
        }
    }

    /** With a root, only what it signed makes a custodian forget its shares; the log alone keeps them from opening. */
    private void destroyWhatTheLogDestroyed(ByteString keyId, Event.KeyState state) {
        if (state == Event.KeyState.DESTROYED && root.isEmpty()) {
            destroy(keyId);
        }
    }

    private void destroy(ByteString keyId) {
        keys.destroy(keyId);
        erased.forget(keyId);
    }

    private void hearRevocation(SignedStatement statement) {
        Optional<Revocation> revocation =
                root.filter(r -> r.verifies(Revocation.USE, statement)).flatMap(r -> ours(statement));
        if (revocation.isPresent()) {
            takeBack(revocation.get(), statement);
            told.add(nameOf(revocation.get()));
            standing.heardRevocation();
        }
    }

    /** Anybody who may write to the log may write nonsense; what is not signed as it must be does not count. */
    private void hearRecord(Event.KeyRecorded recorded) {
        KeyRecord record;
        try {
            record = RecordCodec.ofBytes(recorded.record().toByteArray());
        } catch (BadRecordException nonsense) {
            return;
        }
        if (record.keyId().equals(recorded.keyId())
                && record.plan().organisation().equals(home.organisation())) {
            keys.hear(record);
            if (keys.current(record.keyId()).map(KeyRecord::hash).equals(Optional.of(record.hash()))) {
                standing.heardEpoch(record.keyId(), record.key().epoch());
            }
        }
    }

    /**
     * Now and then, with a log after it was heard to its end: tells it of records that it has not, since a ritual ended
     * while it could not be reached, and forgets shares of rituals that came to nothing.
     */
    public void tidy() {
        if (events.isLog()) {
            tellMissed();
        }
        rituals.tidy();
    }

    private void tellMissed() {
        keys().stream()
                .filter(record ->
                        !standing.hasEpoch(record.keyId(), record.key().epoch()))
                .forEach(keys::tell);
    }

    /** Takes back a claim or destroys a key, as the root has signed; false when it was done before. */
    public boolean revoke(SignedStatement statement) {
        boolean signed = root.isPresent() && root.get().verifies(Revocation.USE, statement);
        if (!signed) {
            throw RefusedException.of(
                    Reason.PERMISSION_DENIED, "expected a revocation signed by the organisation's root");
        }
        Revocation revocation = ours(statement)
                .orElseThrow(() -> RefusedException.of(
                        Reason.MALFORMED_REQUEST,
                        "expected a revocation of a claim or a key of organisation " + home.organisation()));
        boolean fresh = takeBack(revocation, statement);
        if (!told.contains(nameOf(revocation))) {
            events.keep(new CustodyEvent.Revoked(
                    clock.instant(),
                    revocation.claimId(),
                    revocation.keyId(),
                    revocation.reason(),
                    SignatureCodec.toBytes(statement)));
            told.add(nameOf(revocation));
        }
        return fresh;
    }

    private Optional<Revocation> ours(SignedStatement statement) {
        return StatementCodec.revocation(statement.statement())
                .filter(found -> found.organisation().equals(home.organisation()))
                .filter(found -> !nameOf(found).isEmpty() && nameOf(found).length() <= MAX_NAME);
    }

    private static String nameOf(Revocation revocation) {
        return HexFormat.of()
                .formatHex(revocation.claimId().concat(revocation.keyId()).toByteArray());
    }

    /** On disk before it is told to anybody: from here on it holds at this custodian. False when it held before. */
    private boolean takeBack(Revocation revocation, SignedStatement statement) {
        String name = nameOf(revocation);
        boolean fresh = !revocations.readAll().containsKey(name);
        if (fresh) {
            revocations.write(name, SignatureCodec.toBytes(statement).toByteArray());
        }
        apply(revocation);
        return fresh;
    }

    private void loadRevocations() {
        if (!events.isLog()) {
            told.addAll(revocations.readAll().keySet());
        }
        for (byte[] file : revocations.readAll().values()) {
            SignatureCodec.parse(ByteString.copyFrom(file))
                    .flatMap(statement -> StatementCodec.revocation(statement.statement()))
                    .ifPresentOrElse(this::apply, () -> {
                        throw new CustodianException("expected revocations, but found another file among them");
                    });
        }
    }

    private void apply(Revocation revocation) {
        if (!revocation.claimId().isEmpty()) {
            synchronized (authority) {
                authority.revoke(revocation.claimId());
            }
        }
        if (!revocation.keyId().isEmpty()) {
            destroy(revocation.keyId());
        }
    }

    @Override
    public void close() {
        rituals.close();
        ceremonyKey.wipe();
        java.util.Arrays.fill(slotSeed, (byte) 0);
    }
}

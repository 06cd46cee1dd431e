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
import beacon.keys.opening.OpenRequest;
import beacon.keys.primitives.Hpke;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.Seat;
import beacon.keys.shares.Scalar;
import beacon.keys.signatures.OrgRoot;
import beacon.keys.signatures.SignatureCodec;
import beacon.keys.signatures.SignedStatement;
import beacon.model.Reason;
import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** One custodian at work. Safe for many threads. Wiped by {@link #close}. */
public final class Custodian implements AutoCloseable {
    private final CustodianHome home;
    private final Seat seat;
    private final Scalar ceremonyKey;
    private final byte[] slotSeed;
    private final Optional<OrgRoot> root;
    private final EventSink events;
    private final InstantSource clock;
    private final StateFiles revocations;
    private final Authority authority;
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
        this.keys = new Keys(home, seat, events, clock);
        this.rituals = new Rituals(home, new Rituals.Self(seat, ceremonyKey), root, keys, events, clock, entropy);
        this.answers = new Answers(home, seat, slotSeed, authority, events, clock, entropy);
        loadRevocations();
        keys.settle();
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

    /** Takes back a claim or destroys a key, as the root has signed; false when it was done before. */
    public boolean revoke(SignedStatement statement) {
        boolean signed = root.isPresent() && root.get().verifies(Revocation.USE, statement);
        if (!signed) {
            throw RefusedException.of(
                    Reason.PERMISSION_DENIED, "expected a revocation signed by the organisation's root");
        }
        Revocation revocation = StatementCodec.revocation(statement.statement())
                .filter(found -> found.organisation().equals(home.organisation()))
                .orElseThrow(() -> RefusedException.of(
                        Reason.MALFORMED_REQUEST, "expected a revocation of organisation " + home.organisation()));
        String name = HexFormat.of()
                .formatHex(revocation.claimId().concat(revocation.keyId()).toByteArray());
        if (name.isEmpty() || name.length() > 128) {
            throw RefusedException.of(Reason.MALFORMED_REQUEST, "expected a claim or a key to revoke");
        }
        boolean known = revocations.readAll().containsKey(name);
        if (!known) {
            revocations.write(name, SignatureCodec.toBytes(statement).toByteArray());
            events.keep(new CustodyEvent.Revoked(
                    clock.instant(), revocation.claimId(), revocation.keyId(), revocation.reason()));
        }
        apply(revocation);
        return !known;
    }

    private void loadRevocations() {
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
            keys.destroy(revocation.keyId());
        }
    }

    @Override
    public void close() {
        rituals.close();
        ceremonyKey.wipe();
        java.util.Arrays.fill(slotSeed, (byte) 0);
    }
}

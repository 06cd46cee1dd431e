package beacon.keys.records;

import beacon.keys.Entropy;
import beacon.keys.custody.Blame;
import beacon.keys.custody.Ceremony;
import beacon.keys.custody.CeremonyMessage;
import beacon.keys.custody.CeremonyStep;
import beacon.keys.custody.Contribution;
import beacon.keys.custody.KeyShare;
import beacon.keys.custody.OrgKey;
import beacon.keys.custody.Party;
import beacon.keys.custody.ResharePlan;
import beacon.keys.custody.ReshareReceiver;
import beacon.keys.proofs.Schnorr;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One custodian's side of one ritual, a ceremony or a resharing, on top of {@link Ceremony} and {@link ReshareReceiver}:
 * it signs what they say, checks what others say, and at the end collects everybody's signature under the key record.
 * Whoever carries the messages can hold them back, nothing else. Not thread-safe.
 */
public final class RitualRun {
    /** What a ritual does to its custodian's disk; returns when it is there. */
    public interface Keeper {
        /** Keeps a share as pending. The share stays the ritual's. */
        void keep(KeyShare share, OrgKey key);

        /** All holders signed: the pending share is the present one. */
        void install(KeyRecord record);
    }

    private final RitualPlan plan;
    private final Optional<KeyRecord> present;
    private final Optional<Party> self;
    private final Keeper keeper;
    private final Entropy entropy;
    private final List<RitualMessage> said = new ArrayList<>();
    private final List<Blame> blamed = new ArrayList<>();
    private final TreeMap<Integer, ByteString> recorded = new TreeMap<>();
    private final TreeMap<Integer, ByteString> consents = new TreeMap<>();
    /** What each holder said of each kind and signed: a carrier shows all of it in every round. */
    private final Map<Heard, RitualMessage> heard =
            new TreeMap<>(Comparator.comparingInt(Heard::sender).thenComparing(Heard::kind));

    private Optional<Ceremony> ceremony = Optional.empty();
    private Optional<ReshareReceiver> receiver = Optional.empty();
    private Optional<CeremonyStep.Done> done = Optional.empty();
    private Optional<KeyRecord> record = Optional.empty();

    private RitualRun(
            RitualPlan plan, Optional<KeyRecord> present, Optional<Party> self, Keeper keeper, Entropy entropy) {
        this.plan = plan;
        this.present = present;
        this.self = self;
        this.keeper = keeper;
        this.entropy = entropy;
    }

    /** Joins a ceremony. The party is the run's to wipe. */
    public static RitualRun ceremony(RitualPlan plan, Party self, Keeper keeper, Entropy entropy) {
        RitualRun run = new RitualRun(plan, Optional.empty(), Optional.of(self), keeper, entropy);
        Ceremony joined = Ceremony.join(plan.session(), self, entropy);
        run.ceremony = Optional.of(joined);
        run.handle(joined.start());
        return run;
    }

    private record Heard(int sender, RitualMessage.Kind kind) {}

    /** A holder's part in a resharing: its seat in the present record and its share. */
    public record Holder(Party party, KeyShare share) {}

    /**
     * Joins a resharing, as a dealer, as a receiver, or as both. The parties are the run's to wipe, the share is not.
     */
    public static RitualRun reshare(
            RitualPlan plan,
            KeyRecord present,
            Optional<Holder> dealer,
            Optional<Party> self,
            Keeper keeper,
            Entropy entropy) {
        RitualRun run = new RitualRun(plan, Optional.of(present), self, keeper, entropy);
        ResharePlan resharing = plan.resharing(present);
        run.receiver = self.map(party -> new ReshareReceiver(resharing, party, entropy));
        dealer.ifPresent(holder -> {
            Contribution part = resharing.deal(holder.party(), holder.share(), entropy);
            ByteString consent = holder.party().sign(plan.consent(), entropy);
            ByteString payload = consent.concat(ByteString.copyFrom(part.encode()));
            RitualMessage message =
                    RitualMessage.sign(plan, holder.party(), RitualMessage.Kind.DEALT, payload, entropy);
            holder.party().close();
            run.said.add(message);
            run.hear(message);
        });
        return run;
    }

    public RitualPlan plan() {
        return plan;
    }

    /** Everything this custodian has said so far. */
    public List<RitualMessage> said() {
        return List.copyOf(said);
    }

    /** Who is to blame for the end of the ritual; empty while it goes on or when it ended well. */
    public List<Blame> blamed() {
        return List.copyOf(blamed);
    }

    /**
     * Whether this custodian signed a record. If not, none comes of this run: it takes all signatures. If it did, one may
     * exist with another custodian, whatever becomes of the run here.
     */
    public boolean hasSigned() {
        return done.isPresent();
    }

    /** The record, once it is stored. */
    public Optional<KeyRecord> record() {
        return record;
    }

    /** Takes a message; one that its sender did not sign, or that is of no use, changes nothing. */
    public void hear(RitualMessage message) {
        Heard about = new Heard(message.sender(), message.kind());
        if (record.isPresent() || !blamed.isEmpty() || message.equals(heard.get(about))) {
            return;
        }
        if (message.kind() == RitualMessage.Kind.DEALT) {
            hearDealer(message);
            return;
        }
        boolean own = self.isPresent() && self.get().index() == message.sender();
        if (own
                || !plan.hasSeat(message.sender())
                || !message.verifies(plan, plan.seat(message.sender()).ceremonyKey())) {
            return;
        }
        heard.putIfAbsent(about, message);
        switch (message.kind()) {
            case ANNOUNCED -> tellCeremony(message.sender(), new CeremonyMessage.Announced(message.payload()));
            case CONTRIBUTED -> {
                byte[] encoded = message.payload().toByteArray();
                Contribution.decode(encoded, plan.threshold(), plan.seats().size())
                        .ifPresentOrElse(
                                contribution -> tellCeremony(message.sender(), contribution),
                                () -> blame(message.sender(), Blame.Kind.MALFORMED));
            }
            case CERTIFIED -> {
                tellCeremony(message.sender(), new CeremonyMessage.Certified(message.payload()));
                receiver.ifPresent(r -> handle(r.certified(message.sender(), message.payload())));
            }
            case RECORDED, DEALT -> {
                recorded.putIfAbsent(message.sender(), message.payload());
                finish();
            }
        }
    }

    /** The deadline passed. */
    public void expire() {
        if (record.isEmpty() && blamed.isEmpty()) {
            ceremony.ifPresent(c -> handle(c.expire()));
            receiver.ifPresent(r -> handle(r.expire()));
        }
        close();
    }

    /** Wipes the party's key. */
    public void close() {
        self.ifPresent(Party::close);
    }

    private void hearDealer(RitualMessage message) {
        if (present.isEmpty() || !plan.dealers().contains(message.sender())) {
            return;
        }
        RitualPlan holders = present.get().plan();
        if (!holders.hasSeat(message.sender())
                || message.payload().size() < Schnorr.BYTES
                || !message.verifies(plan, holders.seat(message.sender()).ceremonyKey())) {
            return;
        }
        heard.putIfAbsent(new Heard(message.sender(), message.kind()), message);
        ByteString consent = message.payload().substring(0, Schnorr.BYTES);
        boolean consented =
                Schnorr.verify(holders.seat(message.sender()).ceremonyKey(), plan.consent(), consent.toByteArray());
        if (!consented) {
            blame(message.sender(), Blame.Kind.BAD_PROOF);
            return;
        }
        consents.putIfAbsent(message.sender(), consent);
        byte[] encoded = message.payload().substring(Schnorr.BYTES).toByteArray();
        Contribution.decode(encoded, plan.threshold(), plan.seats().size())
                .ifPresentOrElse(
                        part -> receiver.ifPresent(r -> handle(r.dealt(message.sender(), part))),
                        () -> blame(message.sender(), Blame.Kind.MALFORMED));
    }

    private void tellCeremony(int sender, CeremonyMessage message) {
        ceremony.ifPresent(c -> handle(c.receive(sender, message)));
    }

    private void handle(List<CeremonyStep> steps) {
        for (CeremonyStep step : steps) {
            if (step instanceof CeremonyStep.Send send) {
                say(send.message());
            } else if (step instanceof CeremonyStep.Keep keep) {
                try (KeyShare share = keep.share()) {
                    keeper.keep(share, keep.key());
                }
            } else if (step instanceof CeremonyStep.Abort abort) {
                blamed.addAll(abort.blamed());
            } else if (step instanceof CeremonyStep.Done end) {
                done = Optional.of(end);
                Party party = self.orElseThrow();
                ByteString signature = party.sign(KeyRecord.toSign(body(end)), entropy);
                recorded.put(party.index(), signature);
                say(RitualMessage.Kind.RECORDED, signature);
                finish();
            }
        }
    }

    private void say(CeremonyMessage message) {
        message.match(new CeremonyMessage.Cases<Boolean>() {
            @Override
            public Boolean announced(CeremonyMessage.Announced announced) {
                return say(RitualMessage.Kind.ANNOUNCED, announced.hash());
            }

            @Override
            public Boolean contributed(Contribution contribution) {
                return say(RitualMessage.Kind.CONTRIBUTED, ByteString.copyFrom(contribution.encode()));
            }

            @Override
            public Boolean certified(CeremonyMessage.Certified certified) {
                return say(RitualMessage.Kind.CERTIFIED, certified.signature());
            }
        });
    }

    private boolean say(RitualMessage.Kind kind, ByteString payload) {
        return said.add(RitualMessage.sign(plan, self.orElseThrow(), kind, payload, entropy));
    }

    private ByteString body(CeremonyStep.Done end) {
        return RecordCodec.body(plan, end.key(), end.transcriptHash());
    }

    private void finish() {
        if (done.isEmpty()
                || record.isPresent()
                || recorded.size() < plan.seats().size()) {
            return;
        }
        ByteString body = body(done.get());
        for (Map.Entry<Integer, ByteString> entry : recorded.entrySet()) {
            boolean signed = Schnorr.verify(
                    plan.seat(entry.getKey()).ceremonyKey(),
                    KeyRecord.toSign(body),
                    entry.getValue().toByteArray());
            if (!signed) {
                blame(entry.getKey(), Blame.Kind.BAD_CERTIFICATE);
                return;
            }
        }
        KeyRecord complete = new KeyRecord(
                body, plan, done.get().key(), done.get().transcriptHash(), List.copyOf(recorded.values()), consents);
        keeper.install(complete);
        record = Optional.of(complete);
        close();
    }

    private void blame(int party, Blame.Kind kind) {
        blamed.add(new Blame(party, kind));
    }
}

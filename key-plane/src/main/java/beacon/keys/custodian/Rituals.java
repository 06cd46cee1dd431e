package beacon.keys.custodian;

import beacon.keys.Entropy;
import beacon.keys.authority.Caller;
import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import beacon.keys.authority.RitualStep;
import beacon.keys.custody.KeyShare;
import beacon.keys.custody.OrgKey;
import beacon.keys.custody.Party;
import beacon.keys.fragments.FragmentStore;
import beacon.keys.fragments.Retrieval;
import beacon.keys.fragments.Ritual;
import beacon.keys.records.BadRecordException;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualMessage;
import beacon.keys.records.RitualPlan;
import beacon.keys.records.RitualRun;
import beacon.keys.records.Seat;
import beacon.keys.shares.Scalar;
import beacon.keys.signatures.OrgRoot;
import beacon.keys.signatures.Signature;
import beacon.keys.signatures.SignedStatement;
import beacon.model.Reason;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The rituals that a custodian takes part in. Safe for many threads; one step at a time. */
public final class Rituals {
    /** What the organisation's root signs a plan for. */
    public static final String PLAN_USE = "beacon/ritual-plan/v1";

    private static final int MAX_LIVE = 16;
    private static final Duration LONGEST = Duration.ofHours(1);
    /** How long after its birth a share may wait for the record of its key, which another custodian may have. */
    private static final Duration PENDING = LONGEST.plus(Duration.ofDays(7));

    private static final Duration BETWEEN_SWEEPS = Duration.ofHours(1);
    private static final int MAX_ABANDONED = 64;

    private final CustodianHome home;
    private final FragmentStore fragments;
    private final Self self;
    private final Optional<OrgRoot> root;
    private final Keys keys;
    private final EventSink events;
    private final InstantSource clock;
    private final Entropy entropy;
    private final Map<ByteString, RitualRun> live = new LinkedHashMap<>();
    /** Rituals that others gave up, until this custodian does, too. */
    private final BlockingQueue<String> abandoned = new LinkedBlockingQueue<>(MAX_ABANDONED);

    private Instant sweepAfter = Instant.MIN;

    /** The custodian's own place and key. */
    record Self(Seat seat, Scalar ceremonyKey) {
        Party as(int index) {
            return new Party(index, ceremonyKey.copy());
        }
    }

    Rituals(
            CustodianHome home,
            Self self,
            Optional<OrgRoot> root,
            Keys keys,
            EventSink events,
            InstantSource clock,
            Entropy entropy) {
        this.home = home;
        this.fragments = home.fragments();
        this.self = self;
        this.root = root;
        this.keys = keys;
        this.events = events;
        this.clock = clock;
        this.entropy = entropy;
    }

    /**
     * What somebody brings.
     *
     * @param authority the root's signatures of the plan
     * @param present for a resharing, the present record
     */
    public record Visit(
            ByteString plan, List<Signature> authority, Optional<KeyRecord> present, List<RitualMessage> messages) {}

    /** What the custodian says to it. */
    public record Progress(List<RitualMessage> said, List<Fault> blamed, Optional<KeyRecord> record) {}

    /** Who is to blame for what. */
    public record Fault(int party, String kind) {
        @Override
        public String toString() {
            return party + " " + kind;
        }
    }

    /** Takes what others said and gives all that this custodian has said. */
    public synchronized Progress advance(Caller caller, Visit visit) {
        RitualPlan plan = admit(caller, visit);
        Instant now = clock.instant();
        giveUp(now);
        Optional<KeyRecord> ended = home.records().all().stream()
                .filter(record -> record.plan().encoded().equals(plan.encoded()))
                .findFirst();
        RitualRun known = live.get(plan.hash());
        if (ended.isPresent() && known == null) {
            return new Progress(List.of(), List.of(), ended);
        }
        RitualRun run = known == null ? start(plan, visit.present(), now) : known;
        boolean wasGood = run.blamed().isEmpty();
        int saidBefore = known == null ? 0 : run.said().size();
        visit.messages().forEach(run::hear);
        run.said().stream().skip(saidBefore).forEach(message -> events.reached(step(message.kind())));
        if (wasGood && !run.blamed().isEmpty()) {
            report(run);
            forgetShare(run);
        }
        return new Progress(run.said(), blamed(run), run.record());
    }

    private static RitualStep step(RitualMessage.Kind said) {
        return switch (said) {
            case ANNOUNCED -> RitualStep.ANNOUNCED;
            case CONTRIBUTED -> RitualStep.CONTRIBUTED;
            case DEALT -> RitualStep.DEALT;
            case CERTIFIED -> RitualStep.CERTIFIED;
            case RECORDED -> RitualStep.RECORDED;
        };
    }

    private RitualPlan admit(Caller caller, Visit visit) {
        RitualPlan plan;
        try {
            plan = RecordCodec.decodePlan(visit.plan());
        } catch (BadRecordException malformed) {
            throw RefusedException.of(Reason.MALFORMED_REQUEST, String.valueOf(malformed.getMessage()));
        }
        if (!plan.organisation().equals(home.organisation())) {
            throw RefusedException.of(Reason.PERMISSION_DENIED, "expected organisation " + home.organisation());
        }
        boolean allowed = root.map(r -> r.verifies(PLAN_USE, new SignedStatement(visit.plan(), visit.authority())))
                .orElse(caller.isOperator());
        if (!allowed) {
            throw RefusedException.of(
                    Reason.PERMISSION_DENIED,
                    root.isPresent()
                            ? "expected a plan signed by the organisation's root"
                            : "expected an operator's certificate");
        }
        return plan;
    }

    private RitualRun start(RitualPlan plan, Optional<KeyRecord> present, Instant now) {
        if (now.isAfter(plan.deadline()) || plan.deadline().isAfter(now.plus(LONGEST))) {
            throw RefusedException.of(
                    Reason.PERMISSION_DENIED, "expected a plan with a deadline within an hour from now");
        }
        makeRoom();
        if (!events.isLog()) {
            tidy();
        }
        Optional<Party> party = plan.indexOf(self.seat()).map(self::as);
        RitualRun run;
        try {
            run = plan.kind() == RitualPlan.Kind.CEREMONY
                    ? RitualRun.ceremony(
                            plan,
                            party.orElseThrow(() -> new BadRecordException("expected custodian %s in the plan"
                                    .formatted(self.seat().name()))),
                            keeper(plan),
                            entropy)
                    : reshare(plan, present, party);
        } catch (BadRecordException unfit) {
            throw RefusedException.of(Reason.MALFORMED_REQUEST, String.valueOf(unfit.getMessage()));
        }
        live.put(plan.hash(), run);
        return run;
    }

    /** The oldest goes, one that ended before one that did not; whoever carries that one starts anew. */
    private void makeRoom() {
        if (live.size() >= MAX_LIVE) {
            ByteString oldest = live.entrySet().stream()
                    .filter(entry -> entry.getValue().record().isPresent()
                            || !entry.getValue().blamed().isEmpty())
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseGet(() -> live.keySet().iterator().next());
            Optional.ofNullable(live.remove(oldest)).ifPresent(run -> {
                run.close();
                forgetShare(run);
            });
        }
    }

    private RitualRun reshare(RitualPlan plan, Optional<KeyRecord> brought, Optional<Party> party) {
        KeyRecord present = brought.orElseThrow(() -> new BadRecordException("expected the present key record"));
        keys.expectAlive(present.keyId());
        Optional<KeyRecord> known = keys.current(present.keyId());
        if (known.isPresent() && !known.get().hash().equals(present.hash())) {
            throw new BadRecordException("expected the record of epoch %d, but found that of epoch %d"
                    .formatted(known.get().key().epoch(), present.key().epoch()));
        }
        Optional<Integer> index = present.plan()
                .indexOf(self.seat())
                .filter(seat -> plan.dealers().contains(seat));
        if (index.isEmpty()) {
            return RitualRun.reshare(plan, present, Optional.empty(), party, keeper(plan), entropy);
        }
        Retrieval retrieval = fragments.retrieve(present.plan().ritualId());
        Ritual ritual = retrieval
                .ritual()
                .orElseThrow(
                        () -> new BadRecordException("expected a share to deal, but found " + retrieval.outcome()));
        try (ritual;
                KeyShare share = ritual.share()) {
            RitualRun.Holder holder = new RitualRun.Holder(self.as(index.get()), share);
            return RitualRun.reshare(plan, present, Optional.of(holder), party, keeper(plan), entropy);
        }
    }

    private RitualRun.Keeper keeper(RitualPlan plan) {
        return new RitualRun.Keeper() {
            @Override
            public void keep(KeyShare share, OrgKey key) {
                try (Ritual ritual = Ritual.of(plan.ritualId(), clock.instant(), key, share, Ritual.State.PENDING)) {
                    fragments.store(ritual);
                }
                events.reached(RitualStep.SHARE_KEPT);
            }

            @Override
            public void install(KeyRecord record) {
                keys.installOwn(record);
            }
        };
    }

    /**
     * Ends what is over, and forgets shares that nothing can come of. With a log, only when the custodian has heard it to
     * its end: a record that is on its way must be known first.
     */
    synchronized void tidy() {
        Instant now = clock.instant();
        giveUp(now);
        if (now.isBefore(sweepAfter)) {
            return;
        }
        sweepAfter = now.plus(BETWEEN_SWEEPS);
        List<String> running =
                live.values().stream().map(run -> run.plan().ritualId()).toList();
        for (Ritual.Label label : fragments.list()) {
            // Of a later epoch others may hold the record: then the next resharing that ends decides.
            boolean forgotten = label.state() == Ritual.State.PENDING
                    && label.epoch() == 0
                    && !running.contains(label.id())
                    && label.timestamp().plus(PENDING).isBefore(now)
                    && keys.current(label.keyId()).isEmpty();
            if (forgotten) {
                fragments.delete(label.id());
            }
        }
    }

    /** Another holder gave a ritual up, which needs all of them. Takes effect with the next step or {@link #tidy}. */
    void heardAborted(String ritualId) {
        abandoned.offer(ritualId);
    }

    /** Ends rituals whose deadline passed, and those that another holder gave up. */
    private void giveUp(Instant now) {
        List<String> over = new ArrayList<>();
        abandoned.drainTo(over);
        for (Iterator<RitualRun> runs = live.values().iterator(); runs.hasNext(); ) {
            RitualRun run = runs.next();
            boolean late = now.isAfter(run.plan().deadline());
            if (late || (over.contains(run.plan().ritualId()) && !run.hasSigned())) {
                boolean wasGood = run.blamed().isEmpty();
                run.expire();
                if (wasGood && !run.blamed().isEmpty()) {
                    report(run);
                }
                forgetShare(run);
            }
            if (late) {
                runs.remove();
            }
        }
    }

    /** Without this custodian's signature there is no record, so the share of a run that is over is of no use. */
    private void forgetShare(RitualRun run) {
        if (!run.hasSigned()) {
            fragments.delete(run.plan().ritualId());
        }
    }

    private void report(RitualRun run) {
        events.keep(new CustodyEvent.Aborted(
                clock.instant(),
                run.plan().ritualId(),
                blamed(run).stream().map(Fault::toString).toList()));
    }

    private static List<Fault> blamed(RitualRun run) {
        return run.blamed().stream()
                .map(blame -> new Fault(blame.party(), blame.kind().name()))
                .toList();
    }

    synchronized void close() {
        live.values().forEach(RitualRun::close);
        live.clear();
    }
}

package beacon.sim.cluster;

import beacon.index.admission.Admission;
import beacon.index.journal.MemoryJournal;
import beacon.index.log.Append;
import beacon.index.log.AppendResult;
import beacon.index.state.LogBatch;
import beacon.index.state.PointerEntry;
import beacon.model.Address;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.AppendRequest;
import beacon.sim.world.Network;
import beacon.sim.world.World;
import beacon.views.View;
import beacon.views.ViewSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A member of the index: Raft as in the paper (Ongaro and Ousterhout, "In Search of an Understandable Consensus
 * Algorithm", 2014) over the simulated network, and behind it the production core: admission, {@link LogApplier}, journal
 * and projections. Term, vote, log, journal and projections are on its disk; everything else ends with the process.
 */
final class Member {
    private static final long HEARTBEAT = World.SECOND;
    /** Between heartbeats that would change nothing; whatever ends that calm begins the usual ones again. */
    private static final long CALM = 30 * World.SECOND;

    private static final long LEAST_PATIENCE = 3 * World.SECOND;
    private static final long LEAST_FSYNC = 300;
    private static final long MOST_FSYNC = 3_000;
    private static final int ENTRIES_A_MESSAGE = 256;

    private final String name;
    private final World world;
    private final Network network;
    private final Watch watch;
    private final Set<Flaw> flaws;
    private final SplittableRandom random;
    private final Map<String, Member> others = new TreeMap<>();

    private long ahead;

    // On disk.
    private final MemberLog log = new MemberLog();
    private final MemberCore core;
    private final Projections projections;
    private long term;
    private String vote = "";
    private boolean blank;

    // Of the process.
    private int process;
    private boolean up;
    private int committed;
    private boolean leads;
    private @Nullable String leader;
    private long heard;
    private long patience;
    private int listening;
    private int beating;
    private final Map<String, Integer> next = new TreeMap<>();
    private final Map<String, Integer> match = new TreeMap<>();
    private final Senders senders = new Senders();
    private final Admission admission = new Admission();

    Member(String name, World world, Network network, Watch watch, Set<Flaw> flaws) {
        this.name = name;
        this.world = world;
        this.network = network;
        this.watch = watch;
        this.flaws = flaws;
        this.random = world.random("member " + name);
        this.projections = new Projections(flaws);
        this.core = new MemberCore(flaws.contains(Flaw.OLD_SNAPSHOT));
    }

    void know(List<Member> all) {
        all.stream().filter(other -> other != this).forEach(other -> others.put(other.name, other));
    }

    String name() {
        return name;
    }

    boolean isUp() {
        return up;
    }

    boolean leads() {
        return up && leads;
    }

    /** Whether it votes and leads; a wiped one does not before it has again what was acknowledged. */
    boolean takesPart() {
        return up && !blank;
    }

    MemoryJournal journal() {
        return core.journal();
    }

    /** Puts its clock ahead of what is right; 0 puts it right. */
    void ahead(long micros) {
        ahead = micros;
    }

    /** What its clock shows. */
    long clock() {
        return world.unixMicros() + ahead;
    }

    private int majority() {
        return (others.size() + 1) / 2 + 1;
    }

    void start() {
        process++;
        up = true;
        leads = false;
        leader = null;
        log.open();
        core.open(log.size());
        committed = core.applied();
        projections.open(process);
        heard = world.now();
        calm();
        listenSoon();
        others.values().forEach(Member::disturbed);
        world.say(name + " starts with " + log.size() + " entries");
    }

    /** Ends the process; what was not synced is lost. */
    void crash() {
        up = false;
        process++;
        senders.clear();
        if (flaws.contains(Flaw.FORGET_VOTE)) {
            vote = "";
            term = Math.max(0, term - 1);
        }
        log.crash();
        others.values().forEach(Member::disturbed);
        world.say(name + " crashes");
    }

    /** Loses the disk; before it takes part again it has to have what the others have. */
    void wipe() {
        log.cut(0);
        core.wipe();
        projections.wipe();
        term = 0;
        vote = "";
        blank = true;
        world.say(name + " is wiped");
    }

    /** Something changed between members: what calm had put off is due again. */
    void disturbed() {
        if (up && heard > world.now()) {
            heard = world.now();
            listenSoon();
        }
        if (leads()) {
            heartbeatSoon();
        }
    }

    private void listenSoon() {
        listening++;
        int own = listening;
        world.after(patience, () -> listen(own));
    }

    /** Looks whether a leader was heard of, as soon as it could have been too long ago. */
    private void listen(int own) {
        if (own != listening || !up) {
            return;
        }
        if (!leads && !blank && world.now() - heard > patience) {
            campaign();
        }
        long left = leads || blank ? CALM : heard + patience + 1 - world.now();
        world.after(Math.max(1, left), () -> listen(own));
    }

    private void heartbeatSoon() {
        beating++;
        int own = beating;
        world.after(HEARTBEAT, () -> heartbeat(own));
    }

    private void heartbeat(int own) {
        if (own != beating || !leads()) {
            return;
        }
        boolean calm = log.synced() == log.size();
        for (Map.Entry<String, Member> other : others.entrySet()) {
            if (!lacksNothing(other.getKey(), other.getValue())) {
                replicate(other.getKey());
                calm = false;
            } else if (network.passes(name, other.getKey())) {
                // All that the message would do.
                other.getValue().heard = world.now();
            } else {
                calm = false;
            }
        }
        if (calm) {
            others.values().forEach(other -> other.heard = world.now() + CALM);
        }
        world.after(calm ? CALM : HEARTBEAT, () -> heartbeat(own));
    }

    private boolean lacksNothing(String id, Member other) {
        return other.up
                && other.term == term
                && name.equals(other.leader)
                && other.committed == committed
                && other.log.size() == log.size()
                && match.getOrDefault(id, -1) == log.size()
                && next.getOrDefault(id, -1) == log.size();
    }

    private void calm() {
        patience = random.nextLong(LEAST_PATIENCE, 2 * LEAST_PATIENCE);
    }

    private long fsync() {
        return random.nextLong(LEAST_FSYNC, MOST_FSYNC);
    }

    // Elections.

    private void campaign() {
        term++;
        vote = name;
        leader = null;
        heard = world.now();
        calm();
        long wanted = term;
        int own = process;
        List<String> votes = new ArrayList<>(List.of(name));
        others.forEach((id, other) -> network.send(
                name,
                id,
                () -> other.askedForVote(name, wanted, log.lastTerm(), log.size(), granted -> {
                    if (granted && own == process && up && term == wanted && !leads && !votes.contains(id)) {
                        votes.add(id);
                        if (votes.size() == majority()) {
                            lead();
                        }
                    }
                })));
    }

    private void askedForVote(String candidate, long wanted, long lastTerm, int length, Consumer<Boolean> then) {
        if (!takesPart()) {
            return;
        }
        // A member that hears its leader does not help to unseat it; else one that was cut off would disturb all.
        if (wanted <= term || (leader != null && world.now() - heard < LEAST_PATIENCE)) {
            if (wanted != term || !vote.isEmpty()) {
                return;
            }
        } else {
            stepDown(wanted);
        }
        boolean upToDate = flaws.contains(Flaw.VOTE_FOR_OLD_LOG)
                || lastTerm > log.lastTerm()
                || (lastTerm == log.lastTerm() && length >= log.size());
        if (upToDate && vote.isEmpty()) {
            vote = candidate;
            heard = world.now();
            int own = process;
            world.after(fsync(), () -> {
                if (own == process && up) {
                    network.send(name, candidate, () -> then.accept(true));
                }
            });
        }
    }

    private void stepDown(long to) {
        if (to > term) {
            term = to;
            vote = "";
        }
        if (leads) {
            world.say(name + " leads no longer");
            leads = false;
            listenSoon();
        }
    }

    private void lead() {
        leads = true;
        leader = name;
        senders.clear();
        others.keySet().forEach(id -> {
            next.put(id, log.size());
            match.put(id, 0);
        });
        world.say(name + " leads term " + term);
        watch.elected(name, term);
        listenSoon();
        add(new LogBatch(clock(), List.of()));
    }

    // Replication.

    private int add(LogBatch batch) {
        log.add(new LogEntry(term, batch));
        heartbeatSoon();
        int length = log.size();
        sync(length, () -> {
            commit();
            others.keySet().forEach(this::replicate);
        });
        return length;
    }

    /** Runs when the log up to a length is on disk. */
    private void sync(int length, Runnable then) {
        int own = process;
        long of = term;
        if (flaws.contains(Flaw.SKIP_FSYNC)) {
            // It says so, and writes later.
            world.after(10 * World.MINUTE, () -> {
                if (own == process) {
                    log.sync(length);
                }
            });
            then.run();
            return;
        }
        world.after(fsync(), () -> {
            if (own == process && up && of == term && length <= log.size()) {
                log.sync(length);
                then.run();
            }
        });
    }

    private void replicate(String id) {
        Member other = others.get(id);
        int from = next.getOrDefault(id, log.size());
        if (!leads || other == null) {
            return;
        }
        List<LogEntry> entries = log.from(from, ENTRIES_A_MESSAGE);
        long before = log.termAt(from);
        long of = term;
        int own = process;
        Offer offer = new Offer(name, of, from, before, entries, committed);
        network.send(
                name,
                id,
                () -> other.offered(offer, length -> {
                    if (own == process && up && leads && term == of) {
                        answered(id, length);
                    }
                }));
    }

    /**
     * Entries of a leader arrived.
     *
     * @param then told of the length up to which the logs agree; below 0: one more than the length to try next, negated
     */
    private void offered(Offer offer, Consumer<Integer> then) {
        String from = offer.from();
        long of = offer.term();
        int start = offer.start();
        int known = offer.committed();
        if (!up || of < term) {
            return;
        }
        stepDown(of);
        if (!from.equals(leader)) {
            leader = from;
        }
        heard = world.now();
        if (start > log.size() || log.termAt(start) != offer.before()) {
            int tryNext = Math.min(log.size(), start - 1);
            network.send(name, from, () -> then.accept(-1 - Math.max(0, tryNext)));
            return;
        }
        boolean grew = log.take(start, offer.entries(), flaws.contains(Flaw.KEEP_CONFLICTS));
        int length = start + offer.entries().size();
        Runnable agree = () -> {
            committed = Math.max(committed, Math.min(known, length));
            apply();
            if (blank && known > 0 && committed == known && log.termAt(known) == of) {
                blank = false;
                world.say(name + " has caught up");
            }
            network.send(name, from, () -> then.accept(length));
        };
        if (grew) {
            sync(length, agree);
        } else {
            agree.run();
        }
    }

    private void answered(String id, int length) {
        if (length < 0) {
            next.put(id, -1 - length);
            replicate(id);
            return;
        }
        match.merge(id, length, Math::max);
        next.put(id, Math.max(length, match.getOrDefault(id, 0)));
        commit();
        if (length < log.size()) {
            replicate(id);
        }
    }

    private void commit() {
        List<Integer> lengths = new ArrayList<>(match.values());
        lengths.add(flaws.contains(Flaw.SKIP_FSYNC) ? log.size() : log.synced());
        lengths.sort(null);
        int agreed = flaws.contains(Flaw.ANSWER_EARLY) ? log.size() : lengths.get(lengths.size() - majority());
        if (leads && agreed > committed && log.termAt(agreed) == term) {
            committed = agreed;
            apply();
        }
    }

    private void apply() {
        while (core.applied() < committed) {
            LogEntry entry = log.get(core.applied());
            long before = core.state().lastSequence();
            List<AppendResult> results = core.apply(entry);
            core.since(before).forEach(event -> watch.applied(name, event));
            senders.decided(core.applied(), entry.term(), results);
        }
    }

    /** An append arrived; the answer comes when it is decided, or never. */
    void asked(String actor, AppendRequest request, Consumer<AppendResult> answer) {
        if (!up) {
            return;
        }
        if (!leads) {
            answer.accept(new AppendResult.Refused(Refusal.of(Reason.NOT_LEADER, "expected the leader")));
            return;
        }
        Admission.Verdict verdict = admission.admit(actor, request);
        if (verdict instanceof Admission.Verdict.Refused refused) {
            answer.accept(new AppendResult.Refused(refused.refusal()));
            return;
        }
        Append append = ((Admission.Verdict.Admitted) verdict).append();
        int place = add(new LogBatch(clock(), List.of(append)));
        senders.add(place, term, answer);
    }

    /** A projection up to everything applied. */
    ViewSnapshot snapshot(View view) {
        return projections.snapshot(view, core.journal(), lastSequence());
    }

    /** Digest of each projection that was asked for, up to everything applied. */
    Map<String, String> digests() {
        return projections.digests(core.journal(), lastSequence());
    }

    /** Whether its state, which may have begun with a snapshot, is that of a replay of its whole log. */
    boolean equalsReplay() {
        return core.equalsReplay(log);
    }

    /** Whether the name of an artifact points at it, as this member has it. */
    boolean resolves(Artifact artifact) {
        PointerEntry entry =
                core.state().view().find(Address.parse(artifact.name()).key());
        return entry != null && entry.cid().equals(artifact.manifest());
    }

    long lastSequence() {
        return core.state().lastSequence();
    }

    long lastTimeUnixMicros() {
        return core.state().lastTimeUnixMicros();
    }
}

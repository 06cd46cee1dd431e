package beacon.sim.custody;

import beacon.keys.custodian.RefusedException;
import beacon.keys.records.KeyRecord;
import beacon.model.Event.KeyState;
import beacon.sim.custody.CustodyOutcome.Violation;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Judges what custodians keep, by opening their disks, what they say, by reading along, and what they answer. */
final class CustodyChecks {
    /** So long a custodian has to be undisturbed before something is expected of it. */
    static final long GRACE = 10 * World.MINUTE;

    private final World world;
    private final SimKeyLog log;
    private final Map<String, SimCustodian> custodians;
    private final SeededEntropy entropy;
    private final Shares shares;
    private final Map<ByteString, Long> destroyedAt = new LinkedHashMap<>();
    private final Map<ByteString, ByteString> oldHeaders = new LinkedHashMap<>();
    private @Nullable Violation violation;
    private long calmSince;
    private int wholes;

    CustodyChecks(World world, SimKeyLog log, Map<String, SimCustodian> custodians) {
        this.world = world;
        this.log = log;
        this.custodians = custodians;
        this.entropy = new SeededEntropy(world, "entropy/checks");
        this.shares = new Shares(entropy);
    }

    Optional<Violation> violation() {
        return Optional.ofNullable(violation);
    }

    void violate(CustodyInvariant invariant, String text) {
        if (violation == null) {
            violation = new Violation(invariant, world.now(), text);
        }
    }

    /** Messages are lost until then. */
    void lossUntil(long end) {
        calmSince = Math.max(calmSince, end);
    }

    /** Rituals whose shares were seen to make the key: without any, the attacks have shown nothing. */
    int wholes() {
        return wholes;
    }

    /** Has a custodian decide, and looks for the event. */
    <T> T decide(SimCustodian custodian, Supplier<T> work) {
        int before = log.decisions(custodian.name);
        custodian.couldNotKeep();
        try {
            T answer = work.get();
            expectEvent(custodian, before, "an answer");
            return answer;
        } catch (RefusedException refused) {
            if (!custodian.couldNotKeep()) {
                expectEvent(custodian, before, "a refusal");
            }
            throw refused;
        }
    }

    private void expectEvent(SimCustodian custodian, int before, String what) {
        if (log.decisions(custodian.name) <= before) {
            violate(
                    CustodyInvariant.EVERY_DECRYPTION_IS_AN_EVENT,
                    "%s gives %s, and no event says so".formatted(custodian.name, what));
        }
    }

    /** A data key came out. */
    void opened(KeyRecord record, ByteString requestId) {
        int grants = log.grants(requestId);
        if (grants < record.key().threshold()) {
            violate(
                    CustodyInvariant.EVERY_DECRYPTION_IS_AN_EVENT,
                    "an artifact opened with %d grants on the log".formatted(grants));
        }
        Long destroyed = destroyedAt.get(record.keyId());
        if (destroyed != null && destroyed + GRACE < world.now()) {
            violate(CustodyInvariant.OLD_KEY_DIES, "an artifact opened under a destroyed key");
        }
    }

    /** No data key came out, however often it was tried. */
    void didNotOpen(int artifact, KeyRecord record, long began, List<String> problems) {
        long steady = custodians.values().stream()
                .filter(custodian -> custodian.holds(record) && custodian.isSteady(world.now() - began + GRACE))
                .count();
        if (steady >= record.key().threshold() && calmSince + GRACE <= began) {
            violate(
                    CustodyInvariant.OPENABLE_WITH_T,
                    "artifact %d does not open with %d of %d holders up: %s"
                            .formatted(artifact, steady, record.key().size(), problems));
        }
    }

    /** Somebody reads along. */
    void read(SimCustodian custodian, ByteString message) {
        if (shares.findIn(message).isPresent()) {
            violate(
                    CustodyInvariant.NO_KEK_RECONSTRUCTION,
                    "a message to or from %s shows a share".formatted(custodian.name));
        }
    }

    /** Somebody keeps a copy of an artifact and its header. */
    void keepOld(KeyRecord record, ByteString header) {
        oldHeaders.putIfAbsent(record.keyId(), header);
    }

    /** Destroyed keys, and something that was wrapped for each. */
    Map<ByteString, ByteString> destroyed() {
        Map<ByteString, ByteString> destroyed = new LinkedHashMap<>();
        log.keysIn(KeyState.DESTROYED).forEach(key -> {
            ByteString header = oldHeaders.get(key);
            if (header != null) {
                destroyed.put(key, header);
            }
        });
        return destroyed;
    }

    /** Opens all disks. */
    void inspect() {
        log.keysIn(KeyState.DESTROYED).forEach(key -> destroyedAt.putIfAbsent(key, world.now()));
        Map<String, Theft.Share> fresh = new LinkedHashMap<>();
        for (SimCustodian custodian : custodians.values()) {
            Map<String, TreeSet<Integer>> own = new TreeMap<>();
            for (Theft.Share share : Theft.of(custodian, entropy)) {
                if (shares.learn(share)) {
                    fresh.put(share.ritual(), share);
                }
                own.computeIfAbsent(share.ritual(), ritual -> new TreeSet<>()).add(share.index());
                judge(custodian, share);
            }
            own.forEach((ritual, indices) -> {
                if (indices.size() > 1) {
                    violate(
                            CustodyInvariant.NO_KEK_RECONSTRUCTION,
                            "%s has %d shares of ritual %s".formatted(custodian.name, indices.size(), ritual));
                }
            });
        }
        fresh.forEach((ritual, share) -> log.find(share.keyId()).ifPresent(record -> {
            wholes += shares.isWhole(ritual, record) ? 1 : 0;
            shares.attack(ritual, record).ifPresent(found -> violate(CustodyInvariant.NO_KEK_RECONSTRUCTION, found));
        }));
    }

    private void judge(SimCustodian custodian, Theft.Share share) {
        Long destroyed = destroyedAt.get(share.keyId());
        if (destroyed != null && isSettled(custodian, destroyed)) {
            violate(
                    CustodyInvariant.OLD_KEY_DIES,
                    "%s has a share of key %s, which was destroyed"
                            .formatted(custodian.name, Operator.shown(share.keyId())));
        }
        Optional<KeyRecord> newest = log.find(share.keyId());
        boolean former = newest.isPresent()
                && share.epoch() <= newest.get().key().epoch()
                && !share.ritual().equals(newest.get().plan().ritualId());
        if (former && isSettled(custodian, log.recordedAt(share.keyId()))) {
            violate(
                    CustodyInvariant.NO_KEK_RECONSTRUCTION,
                    "%s has a share of epoch %d of key %s, which is at epoch %d"
                            .formatted(
                                    custodian.name,
                                    share.epoch(),
                                    Operator.shown(share.keyId()),
                                    newest.get().key().epoch()));
        }
    }

    private boolean isSettled(SimCustodian custodian, long since) {
        return since + GRACE < world.now() && custodian.isSteady(GRACE);
    }
}

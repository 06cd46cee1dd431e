package beacon.keys.records;

import beacon.keys.custody.OrgKey;
import beacon.keys.primitives.Sha512;
import beacon.keys.proofs.Schnorr;
import beacon.keys.shares.Lagrange;
import beacon.keys.shares.Point;
import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The public side of a key in one share epoch, signed by all who hold it. Whoever has a record of an earlier epoch can
 * check that a later one follows: as many of the earlier holders as decrypt have consented to its plan.
 *
 * @param body the bytes that were signed
 * @param signatures of all seats, in order
 * @param consents of dealers of the previous epoch, by their seat in it
 */
public record KeyRecord(
        ByteString body,
        RitualPlan plan,
        OrgKey key,
        ByteString transcriptHash,
        List<ByteString> signatures,
        SortedMap<Integer, ByteString> consents) {
    public KeyRecord {
        signatures = List.copyOf(signatures);
        consents = Collections.unmodifiableSortedMap(new TreeMap<>(consents));
        if (key.size() != plan.seats().size() || key.threshold() != plan.threshold()) {
            throw new BadRecordException("expected a key as planned, but found other numbers of holders");
        }
        if ((plan.kind() == RitualPlan.Kind.CEREMONY) != (key.epoch() == 0)) {
            throw new BadRecordException("expected epoch 0 after a ceremony and a later one after a resharing");
        }
    }

    /** Name of the key. */
    public ByteString keyId() {
        return key.id();
    }

    /** Name of this record. */
    public ByteString hash() {
        return ByteString.copyFrom(
                Sha512.of("beacon/key-record-name/v1").field(body.toByteArray()).digest(32));
    }

    /** What each holder signs. */
    public static byte[] toSign(ByteString body) {
        return Sha512.of("beacon/key-record/v1").field(body.toByteArray()).digest();
    }

    /**
     * The same record, once it is known that all holders signed it and that their shares make the key.
     *
     * @throws BadRecordException otherwise
     */
    public KeyRecord verified() {
        if (signatures.size() != key.size()) {
            throw new BadRecordException(
                    "expected %d signatures of a key record, but found %d".formatted(key.size(), signatures.size()));
        }
        byte[] signed = toSign(body);
        for (int index = 1; index <= key.size(); index++) {
            Point holder = plan.seat(index).ceremonyKey();
            if (!Schnorr.verify(holder, signed, signatures.get(index - 1).toByteArray())) {
                throw new BadRecordException("expected the signature of custodian %s under a key record"
                        .formatted(plan.seat(index).name()));
            }
        }
        for (int last = key.threshold(); last <= key.size(); last++) {
            if (!interpolates(last)) {
                throw new BadRecordException("expected share keys that make the public key");
            }
        }
        return this;
    }

    /** The first t-1 holders and this one together. */
    private boolean interpolates(int last) {
        TreeSet<Integer> chosen = new TreeSet<>();
        for (int index = 1; index < key.threshold(); index++) {
            chosen.add(index);
        }
        chosen.add(last);
        Point sum = Point.IDENTITY;
        for (int index : chosen) {
            sum = sum.plus(key.shareKey(index).timesPublic(Lagrange.atZero(index, chosen)));
        }
        return sum.sameAs(key.publicKey());
    }

    /** True when this is the next epoch of the same key, and enough of its present holders consented. */
    public boolean follows(KeyRecord present) {
        long consented = consents.entrySet().stream()
                .filter(entry -> present.plan().hasSeat(entry.getKey()))
                .filter(entry -> Schnorr.verify(
                        present.plan().seat(entry.getKey()).ceremonyKey(),
                        plan.consent(),
                        entry.getValue().toByteArray()))
                .count();
        return keyId().equals(present.keyId())
                && plan.organisation().equals(present.plan().organisation())
                && plan.keyKind() == present.plan().keyKind()
                && key.epoch() == present.key().epoch() + 1
                && plan.previousRecord().equals(present.hash())
                && consented >= present.key().threshold();
    }
}

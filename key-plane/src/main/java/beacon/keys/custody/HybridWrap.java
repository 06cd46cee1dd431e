package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Stanza;
import beacon.keys.primitives.ChaChaPoly;
import beacon.keys.primitives.Hkdf;
import beacon.keys.primitives.Sha512;
import beacon.keys.shares.Point;
import beacon.keys.shares.Polynomial;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A wrap that needs two things to open: the shared secret that t custodians compute with their key shares, and a random
 * secret of which each custodian slot got a share sealed with X-Wing. Who records everything and later has a quantum
 * computer gets the first, and still needs t slot keys for the second.
 *
 * <p>Stanzas: one {@code beacon.dev/hx1} with key id, share and the sealed file key; one {@code beacon.dev/hx1-slot} for
 * each slot with index, commitment to its share, encapsulated key and the sealed share. The commitment (a hash: the
 * share has 252 random bits) lets a reader name a custodian that hands out a wrong one.
 */
public record HybridWrap(
        ByteString keyId, ByteString share, ByteString body, List<HybridSlot> slots, ByteString binding) {
    static final String TYPE = "beacon.dev/hx1";

    private static final int KEY_ID_BYTES = 20;

    public HybridWrap {
        slots = List.copyOf(slots);
    }

    /** Wraps a file key; slot keys are X-Wing public keys in order of custodian index. */
    public static HybridWrap make(
            FileKey fileKey, OrgKey key, List<ByteString> slotKeys, WrapTerms terms, Entropy entropy) {
        if (slotKeys.size() != key.size()) {
            throw new IllegalArgumentException(
                    "expected %d slot keys, but found %d".formatted(key.size(), slotKeys.size()));
        }
        Scalar secondSecret = Scalar.random(entropy);
        try (WrapShare share = WrapShare.fresh(entropy);
                Polynomial polynomial = Polynomial.sharing(secondSecret, key.threshold(), entropy)) {
            ByteString encodedShare = ByteString.copyFrom(share.encoded());
            List<HybridSlot> slots = new ArrayList<>();
            for (int index = 1; index <= slotKeys.size(); index++) {
                Scalar part = polynomial.at(index);
                byte[] info = slotInfo(terms, encodedShare, index);
                slots.add(HybridSlot.seal(index, part, slotKeys.get(index - 1), info, entropy));
                part.wipe();
            }
            byte[] wrapKey = wrapKey(share.secretWith(key, entropy), secondSecret, key, encodedShare, slots, terms);
            byte[] plain = fileKey.copyBytes();
            ByteString body = ByteString.copyFrom(ChaChaPoly.sealOnce(wrapKey, plain));
            Arrays.fill(plain, (byte) 0);
            Arrays.fill(wrapKey, (byte) 0);
            ByteString binding = share.bind(label(encodedShare, body, slots, terms), entropy);
            return new HybridWrap(key.id(), encodedShare, body, slots, binding);
        } finally {
            secondSecret.wipe();
        }
    }

    /** True when whoever made the wrap made it under these terms, knowing the secret of its share. */
    public boolean verifies(WrapTerms terms) {
        return terms.keyId().equals(keyId)
                && WrapShare.isBound(share.toByteArray(), binding, label(share, body, slots, terms));
    }

    /** A custodian's share of the second secret; empty when the slot is not its own or was made under other terms. */
    public Optional<SlotShare> openSlot(int index, byte[] slotSeed, WrapTerms terms) {
        return slot(index).flatMap(slot -> slot.open(slotSeed, slotInfo(terms, share, index)));
    }

    Optional<HybridSlot> slot(int index) {
        return slots.stream().filter(slot -> slot.index() == index).findFirst();
    }

    Optional<FileKey> open(byte[] firstSecret, Scalar secondSecret, OrgKey key, WrapTerms terms) {
        byte[] wrapKey = wrapKey(firstSecret, secondSecret, key, share, slots, terms);
        try {
            return ChaChaPoly.openOnce(wrapKey, body.toByteArray()).map(plain -> {
                FileKey fileKey = FileKey.of(plain);
                Arrays.fill(plain, (byte) 0);
                return fileKey;
            });
        } finally {
            Arrays.fill(wrapKey, (byte) 0);
        }
    }

    /** The stanzas that stand in the header; the binding stands beside it. */
    public List<Stanza> stanzas() {
        List<Stanza> stanzas = new ArrayList<>();
        stanzas.add(Stanza.binary(TYPE, body, keyId, share));
        slots.forEach(slot -> stanzas.add(slot.stanza()));
        return stanzas;
    }

    /** Reads what {@link #stanzas} printed; empty when the stanzas are not exactly one hybrid wrap. */
    public static Optional<HybridWrap> parse(List<Stanza> stanzas, ByteString binding) {
        if (stanzas.size() < 2 || stanzas.size() > 1 + Session.MAX_PARTIES) {
            return Optional.empty();
        }
        Stanza main = stanzas.get(0);
        Optional<List<ByteString>> arguments = main.binaryArguments(TYPE, KEY_ID_BYTES, Point.BYTES);
        List<HybridSlot> slots = new ArrayList<>();
        for (int index = 1; index < stanzas.size(); index++) {
            HybridSlot.parse(index, stanzas.get(index)).ifPresent(slots::add);
        }
        boolean complete =
                slots.size() == stanzas.size() - 1 && main.body().size() == FileKey.BYTES + ChaChaPoly.TAG_BYTES;
        return arguments
                .filter(unused -> complete)
                .map(found -> new HybridWrap(found.get(0), found.get(1), main.body(), slots, binding));
    }

    private static byte[] slotInfo(WrapTerms terms, ByteString share, int index) {
        return terms.hash("beacon/hx1/slot/v1")
                .field(share.toByteArray())
                .field(index)
                .digest();
    }

    private static ByteString label(ByteString share, ByteString body, List<HybridSlot> slots, WrapTerms terms) {
        Sha512 hash =
                terms.hash("beacon/hx1/wrap/v1").field(share.toByteArray()).field(body.toByteArray());
        slots.forEach(slot -> slot.addTo(hash));
        return ByteString.copyFrom(hash.digest());
    }

    /** Both secrets, everything public as salt, the terms as info; wipes the first secret. */
    private static byte[] wrapKey(
            byte[] firstSecret,
            Scalar secondSecret,
            OrgKey key,
            ByteString share,
            List<HybridSlot> slots,
            WrapTerms terms) {
        Sha512 salt = Sha512.of("beacon/hx1/salt/v1")
                .field(share.toByteArray())
                .field(key.publicKey().toMontgomery());
        slots.forEach(slot -> slot.addTo(salt));
        byte[] second = secondSecret.encode();
        byte[] both = ByteBuffer.allocate(firstSecret.length + second.length)
                .put(firstSecret)
                .put(second)
                .array();
        byte[] info = terms.hash("beacon/hx1/key/v1").digest();
        byte[] wrapKey = Hkdf.sha256(both, salt.digest(), info, 32);
        Arrays.fill(both, (byte) 0);
        Arrays.fill(second, (byte) 0);
        Arrays.fill(firstSecret, (byte) 0);
        return wrapKey;
    }
}

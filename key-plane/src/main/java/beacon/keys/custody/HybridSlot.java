package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.envelope.Stanza;
import beacon.keys.primitives.ChaChaPoly;
import beacon.keys.primitives.Hpke;
import beacon.keys.primitives.Sha512;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Optional;

/**
 * One custodian's part of a hybrid wrap: its share of the second secret, sealed to its slot key, and a commitment to
 * that share.
 */
public record HybridSlot(int index, ByteString commitment, ByteString encapsulated, ByteString sealed) {
    static final String TYPE = "beacon.dev/hx1-slot";

    private static final int COMMITMENT_BYTES = 32;
    private static final int SEALED_BYTES = Scalar.BYTES + ChaChaPoly.TAG_BYTES;

    static HybridSlot seal(int index, Scalar share, ByteString slotKey, byte[] info, Entropy entropy) {
        byte[] plain = share.encode();
        Hpke.Sealed sealed = Hpke.seal(slotKey.toByteArray(), info, plain, entropy);
        Arrays.fill(plain, (byte) 0);
        try (SlotShare committed = new SlotShare(index, share.copy())) {
            return new HybridSlot(
                    index,
                    committed.commitment(),
                    ByteString.copyFrom(sealed.encapsulated()),
                    ByteString.copyFrom(sealed.ciphertext()));
        }
    }

    Optional<SlotShare> open(byte[] slotSeed, byte[] info) {
        Hpke.Sealed message = new Hpke.Sealed(encapsulated.toByteArray(), sealed.toByteArray());
        return Hpke.open(slotSeed, info, message).flatMap(plain -> {
            Optional<SlotShare> share = Scalar.decode(plain)
                    .map(secret -> new SlotShare(index, secret))
                    .filter(this::fits);
            Arrays.fill(plain, (byte) 0);
            return share;
        });
    }

    /** True when the share is the one that was committed to. */
    boolean fits(SlotShare share) {
        return share.index() == index && share.commitment().equals(commitment);
    }

    void addTo(Sha512 hash) {
        hash.field(index)
                .field(commitment.toByteArray())
                .field(encapsulated.toByteArray())
                .field(sealed.toByteArray());
    }

    Stanza stanza() {
        return Stanza.binary(TYPE, sealed, commitment, encapsulated);
    }

    static Optional<HybridSlot> parse(int index, Stanza stanza) {
        if (stanza.body().size() != SEALED_BYTES) {
            return Optional.empty();
        }
        return stanza.binaryArguments(TYPE, COMMITMENT_BYTES, Hpke.ENCAPSULATED_BYTES)
                .map(found -> new HybridSlot(index, found.get(0), found.get(1), stanza.body()));
    }
}

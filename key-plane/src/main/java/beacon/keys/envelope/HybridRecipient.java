package beacon.keys.envelope;

import beacon.keys.Entropy;
import beacon.keys.primitives.Hpke;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** An {@code age1pq1…} recipient: X-Wing, safe against a later quantum computer. */
public record HybridRecipient(ByteString publicKey) implements Recipient {
    static final String TYPE = "mlkem768x25519";
    static final byte[] INFO = "age-encryption.org/mlkem768x25519".getBytes(StandardCharsets.US_ASCII);

    private static final String PREFIX = "age1pq";

    public HybridRecipient {
        if (publicKey.size() != Hpke.PUBLIC_KEY_BYTES) {
            throw new AgeException.BadKey("expected a hybrid key of %d bytes, but found %d"
                    .formatted(Hpke.PUBLIC_KEY_BYTES, publicKey.size()));
        }
    }

    public static HybridRecipient parse(String text) {
        return new HybridRecipient(ByteString.copyFrom(Bech32.decode(PREFIX, text)));
    }

    @Override
    public Strength strength() {
        return Strength.POST_QUANTUM;
    }

    @Override
    public List<Stanza> wrap(FileKey fileKey, Entropy entropy) {
        byte[] plain = fileKey.copyBytes();
        try {
            Hpke.Sealed sealed = Hpke.seal(publicKey.toByteArray(), INFO, plain, entropy);
            return List.of(Stanza.of(sealed.ciphertext(), TYPE, CanonicalBase64.encode(sealed.encapsulated())));
        } catch (IllegalArgumentException notAKey) {
            throw new AgeException.BadKey("expected a hybrid key, but found bytes that are none");
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** The recipient text, {@code age1pq1…}. */
    @Override
    public String toString() {
        return Bech32.encode(PREFIX, publicKey.toByteArray());
    }
}

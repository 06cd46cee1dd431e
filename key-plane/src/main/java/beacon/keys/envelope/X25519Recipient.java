package beacon.keys.envelope;

import beacon.keys.Entropy;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** An ordinary {@code age1…} recipient; the organisation key looks the same. */
public record X25519Recipient(ByteString publicKey) implements Recipient {
    static final String PREFIX = "age";

    public X25519Recipient {
        if (publicKey.size() != X25519.POINT_SIZE) {
            throw new AgeException.BadKey(
                    "expected an X25519 key of %d bytes, but found %d".formatted(X25519.POINT_SIZE, publicKey.size()));
        }
    }

    public static X25519Recipient parse(String text) {
        return new X25519Recipient(ByteString.copyFrom(Bech32.decode(PREFIX, text)));
    }

    @Override
    public Strength strength() {
        return Strength.CLASSIC;
    }

    @Override
    public List<Stanza> wrap(FileKey fileKey, Entropy entropy) {
        byte[] ephemeral = entropy.bytes(X25519.SCALAR_SIZE);
        try {
            byte[] share = new byte[X25519.POINT_SIZE];
            X25519.scalarMultBase(ephemeral, 0, share, 0);
            byte[] secret = new byte[X25519.POINT_SIZE];
            if (!X25519.calculateAgreement(ephemeral, 0, publicKey.toByteArray(), 0, secret, 0)) {
                throw new AgeException.BadKey("expected an X25519 key of high order, but found one of low order");
            }
            return List.of(X25519Stanza.seal(fileKey, secret, share, publicKey.toByteArray()));
        } finally {
            Arrays.fill(ephemeral, (byte) 0);
        }
    }

    /** The recipient text, {@code age1…}. */
    @Override
    public String toString() {
        return Bech32.encode(PREFIX, publicKey.toByteArray());
    }
}

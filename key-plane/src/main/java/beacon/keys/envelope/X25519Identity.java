package beacon.keys.envelope;

import beacon.keys.Entropy;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** An {@code AGE-SECRET-KEY-1…} identity. Wiped by {@link #close}. */
public final class X25519Identity implements Identity, AutoCloseable {
    private static final String PREFIX = "age-secret-key-";

    private final byte[] secretKey;
    private final X25519Recipient recipient;

    private X25519Identity(byte[] secretKey) {
        if (secretKey.length != X25519.SCALAR_SIZE) {
            throw new AgeException.BadKey("expected an X25519 secret key of %d bytes, but found %d"
                    .formatted(X25519.SCALAR_SIZE, secretKey.length));
        }
        this.secretKey = secretKey;
        byte[] publicKey = new byte[X25519.POINT_SIZE];
        X25519.scalarMultBase(secretKey, 0, publicKey, 0);
        this.recipient = new X25519Recipient(ByteString.copyFrom(publicKey));
    }

    public static X25519Identity generate(Entropy entropy) {
        return new X25519Identity(entropy.bytes(X25519.SCALAR_SIZE));
    }

    public static X25519Identity parse(String text) {
        return new X25519Identity(Bech32.decode(PREFIX, text));
    }

    public X25519Recipient recipient() {
        return recipient;
    }

    /** The secret as text; only for a file that its owner keeps. */
    public String exportText() {
        return Bech32.encode(PREFIX, secretKey).toUpperCase(Locale.ROOT);
    }

    @Override
    public Optional<FileKey> unwrap(List<Stanza> stanzas) {
        for (Stanza stanza : stanzas) {
            if (stanza.type().equals(X25519Stanza.TYPE)) {
                Optional<FileKey> fileKey = open(X25519Stanza.parse(stanza));
                if (fileKey.isPresent()) {
                    return fileKey;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<FileKey> open(X25519Stanza stanza) {
        byte[] secret = new byte[X25519.POINT_SIZE];
        if (!X25519.calculateAgreement(secretKey, 0, stanza.share().toByteArray(), 0, secret, 0)) {
            throw new AgeException.BadHeader("expected a share of high order in an X25519 stanza, but found low order");
        }
        return stanza.open(secret, recipient.publicKey().toByteArray());
    }

    @Override
    public void close() {
        Arrays.fill(secretKey, (byte) 0);
    }

    @Override
    public String toString() {
        return "X25519Identity[" + recipient + "]";
    }
}

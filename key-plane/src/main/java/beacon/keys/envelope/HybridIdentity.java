package beacon.keys.envelope;

import beacon.keys.Entropy;
import beacon.keys.primitives.Hpke;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An {@code AGE-SECRET-KEY-PQ-1…} identity. Wiped by {@link #close}. */
public final class HybridIdentity implements Identity, AutoCloseable {
    private static final String PREFIX = "age-secret-key-pq-";

    private final byte[] seed;

    private HybridIdentity(byte[] seed) {
        if (seed.length != Hpke.SEED_BYTES) {
            throw new AgeException.BadKey(
                    "expected a hybrid secret key of %d bytes, but found %d".formatted(Hpke.SEED_BYTES, seed.length));
        }
        this.seed = seed;
    }

    public static HybridIdentity generate(Entropy entropy) {
        return new HybridIdentity(entropy.bytes(Hpke.SEED_BYTES));
    }

    public static HybridIdentity parse(String text) {
        return new HybridIdentity(Bech32.decode(PREFIX, text));
    }

    public HybridRecipient recipient() {
        return new HybridRecipient(ByteString.copyFrom(Hpke.publicKey(seed)));
    }

    /** The secret as text; only for a file that its owner keeps. */
    public String exportText() {
        return Bech32.encode(PREFIX, seed).toUpperCase(Locale.ROOT);
    }

    @Override
    public Optional<FileKey> unwrap(List<Stanza> stanzas) {
        for (Stanza stanza : stanzas) {
            if (stanza.type().equals(HybridRecipient.TYPE)) {
                Optional<FileKey> fileKey = open(stanza);
                if (fileKey.isPresent()) {
                    return fileKey;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<FileKey> open(Stanza stanza) {
        Stanzas.expectArguments(stanza, 2);
        byte[] encapsulated = Stanzas.binaryArgument(stanza, Hpke.ENCAPSULATED_BYTES);
        Stanzas.expectBody(stanza);
        Hpke.Sealed sealed = new Hpke.Sealed(encapsulated, stanza.body().toByteArray());
        return Hpke.open(seed, HybridRecipient.INFO, sealed).map(plain -> {
            FileKey fileKey = FileKey.of(plain);
            Arrays.fill(plain, (byte) 0);
            return fileKey;
        });
    }

    @Override
    public void close() {
        Arrays.fill(seed, (byte) 0);
    }

    @Override
    public String toString() {
        return "HybridIdentity[hidden]";
    }
}

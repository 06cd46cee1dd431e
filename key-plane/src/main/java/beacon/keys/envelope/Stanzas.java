package beacon.keys.envelope;

import beacon.keys.primitives.ChaChaPoly;
import java.util.Arrays;
import java.util.Optional;

/** Checks that all native stanza types share. */
final class Stanzas {
    /** A wrapped file key: 16 bytes and a tag. Checked before any decryption, against partitioning oracles. */
    private static final int BODY_BYTES = FileKey.BYTES + ChaChaPoly.TAG_BYTES;

    private Stanzas() {}

    static void expectArguments(Stanza stanza, int count) {
        if (stanza.arguments().size() != count) {
            throw new AgeException.BadHeader("expected %d arguments in a %s stanza, but found %d"
                    .formatted(count, stanza.type(), stanza.arguments().size()));
        }
    }

    static void expectBody(Stanza stanza) {
        if (stanza.body().size() != BODY_BYTES) {
            throw new AgeException.BadHeader("expected a body of %d bytes in a %s stanza, but found %d"
                    .formatted(BODY_BYTES, stanza.type(), stanza.body().size()));
        }
    }

    /** The second argument as bytes of the given size. */
    static byte[] binaryArgument(Stanza stanza, int sizeBytes) {
        return CanonicalBase64.decode(stanza.arguments().get(1))
                .filter(bytes -> bytes.length == sizeBytes)
                .orElseThrow(() -> new AgeException.BadHeader(
                        "expected canonical base64 of %d bytes in a %s stanza".formatted(sizeBytes, stanza.type())));
    }

    static byte[] sealBody(byte[] wrapKey, FileKey fileKey) {
        byte[] plain = fileKey.copyBytes();
        try {
            return ChaChaPoly.sealOnce(wrapKey, plain);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    static Optional<FileKey> openBody(byte[] wrapKey, Stanza stanza) {
        return ChaChaPoly.openOnce(wrapKey, stanza.body().toByteArray()).map(plain -> {
            FileKey fileKey = FileKey.of(plain);
            Arrays.fill(plain, (byte) 0);
            return fileKey;
        });
    }
}

package beacon.model;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** {@code did:key} of an Ed25519 key: how people and organisations are named where no registry is. */
public final class DidKey {
    private static final String PREFIX = "did:key:z";
    private static final ByteString ED25519 = ByteString.fromHex("ed01");
    private static final int KEY_BYTES = 32;
    private static final int MAX_CHARS = 128;

    private DidKey() {}

    /** The name of a key. */
    public static String of(ByteString ed25519) {
        if (ed25519.size() != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "expected an Ed25519 key of %d bytes, but found %d".formatted(KEY_BYTES, ed25519.size()));
        }
        return PREFIX + Base58.encode(ED25519.concat(ed25519));
    }

    /** The key; empty when the text is no did:key of an Ed25519 key. */
    public static Optional<ByteString> parse(String did) {
        if (!did.startsWith(PREFIX) || did.length() > MAX_CHARS) {
            return Optional.empty();
        }
        try {
            ByteString bytes = ByteString.copyFrom(Base58.decode(did.substring(PREFIX.length())));
            return bytes.size() == ED25519.size() + KEY_BYTES && bytes.startsWith(ED25519)
                    ? Optional.of(bytes.substring(ED25519.size()))
                    : Optional.empty();
        } catch (MalformedText malformed) {
            return Optional.empty();
        }
    }
}

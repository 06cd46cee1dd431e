package beacon.index.tree.note;

import beacon.index.tree.note.NoteException.Reason;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A named public key; its text form is the vkey of C2SP signed-note: {@code name+hex(key id)+base64(type, key)}. */
public final class NoteVerifier {
    private final SignatureScheme scheme;
    private final String name;
    private final byte[] publicKey;
    private final int keyId;

    /**
     * @throws NoteException when the name cannot name a key, or the key is not one of the scheme
     */
    public NoteVerifier(SignatureScheme scheme, String name, byte[] publicKey) {
        if (!NoteText.isKeyName(name)) {
            throw new NoteException(Reason.KEY, "expected a key name without spaces and plus signs");
        }
        if (publicKey.length != scheme.publicKeyBytes() || !scheme.accepts(publicKey)) {
            throw new NoteException(
                    Reason.KEY,
                    "expected a sound public key of %d bytes for %s, but found another of %d"
                            .formatted(scheme.publicKeyBytes(), name, publicKey.length));
        }
        this.scheme = scheme;
        this.name = name;
        this.publicKey = publicKey.clone();
        this.keyId = keyId(name, scheme.type(), publicKey);
    }

    /**
     * Reads a vkey.
     *
     * @throws NoteException when it is malformed, its key id is not that of its key, or its type is unknown
     */
    public static NoteVerifier parse(String vkey) {
        String[] parts = vkey.split("\\+", 3);
        if (parts.length != 3 || !parts[1].matches("[0-9a-f]{8}")) {
            throw new NoteException(Reason.KEY, "expected name+hex(key id)+base64(key) for a verifier key");
        }
        byte[] typed = NoteText.base64(parts[2], Reason.KEY, "a verifier key");
        if (typed.length == 0) {
            throw new NoteException(Reason.KEY, "expected a type and a key, but found no bytes");
        }
        int type = typed[0] & 0xff;
        SignatureScheme scheme = SignatureScheme.known().stream()
                .filter(known -> known.type() == type)
                .findFirst()
                .orElseThrow(() -> new NoteException(
                        Reason.KEY_TYPE, "expected a known signature type, but found 0x%02x".formatted(type)));
        NoteVerifier verifier = new NoteVerifier(scheme, parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!HexFormat.of().toHexDigits(verifier.keyId).equals(parts[1])) {
            throw new NoteException(
                    Reason.KEY, "expected key id %08x, but found %s".formatted(verifier.keyId, parts[1]));
        }
        return verifier;
    }

    public String name() {
        return name;
    }

    public int keyId() {
        return keyId;
    }

    public SignatureScheme scheme() {
        return scheme;
    }

    /** Text form for configuration. */
    public String vkey() {
        byte[] typed = ByteBuffer.allocate(1 + publicKey.length)
                .put((byte) scheme.type())
                .put(publicKey)
                .array();
        return label() + "+" + Base64.getEncoder().encodeToString(typed);
    }

    /** Name and key id. */
    String label() {
        return name + "+" + HexFormat.of().toHexDigits(keyId);
    }

    boolean madeBySameKey(NoteSignature signature) {
        return keyId == signature.keyId() && name.equals(signature.name());
    }

    /** Whether the signature is by this key over that text. */
    public boolean verifies(String text, NoteSignature signature) {
        return madeBySameKey(signature) && scheme.verifies(name, publicKey, text, signature.signature());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteVerifier that
                && scheme.type() == that.scheme.type()
                && name.equals(that.name)
                && Arrays.equals(publicKey, that.publicKey);
    }

    @Override
    public int hashCode() {
        return keyId;
    }

    @Override
    public String toString() {
        return label();
    }

    private static int keyId(String name, int type, byte[] publicKey) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(NoteText.utf8(name));
            sha256.update((byte) '\n');
            sha256.update((byte) type);
            return ByteBuffer.wrap(sha256.digest(publicKey)).getInt();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

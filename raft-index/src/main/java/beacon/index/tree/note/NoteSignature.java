package beacon.index.tree.note;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/** One signature line of a note. Says who claims to have signed; proves nothing until it is verified. */
public final class NoteSignature {
    private final String name;
    private final int keyId;
    private final byte[] signature;

    /**
     * @throws NoteException when the name cannot name a key or the signature is empty
     */
    public NoteSignature(String name, int keyId, byte[] signature) {
        if (!NoteText.isKeyName(name)) {
            throw new NoteException(NoteException.Reason.NOTE, "expected a key name without spaces and plus signs");
        }
        if (signature.length == 0) {
            throw new NoteException(NoteException.Reason.NOTE, "expected a signature, but found no bytes");
        }
        this.name = name;
        this.keyId = keyId;
        this.signature = signature.clone();
    }

    public String name() {
        return name;
    }

    /** First four bytes, big-endian, of the hash over name, type and key. */
    public int keyId() {
        return keyId;
    }

    /** A copy of the bytes after the key id. */
    public byte[] signature() {
        return signature.clone();
    }

    /** The line without its end. */
    String line() {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES + signature.length)
                .putInt(keyId)
                .put(signature)
                .array();
        return SignedNote.LINE_START + name + " " + Base64.getEncoder().encodeToString(bytes);
    }

    /** Reads {@link #line()}. */
    static NoteSignature parse(String line) {
        if (!line.startsWith(SignedNote.LINE_START)) {
            throw new NoteException(NoteException.Reason.NOTE, "expected a signature line to start with a dash");
        }
        String rest = line.substring(SignedNote.LINE_START.length());
        int space = rest.indexOf(' ');
        if (space < 0) {
            throw new NoteException(NoteException.Reason.NOTE, "expected a key name and a signature in a line");
        }
        byte[] bytes = NoteText.base64(rest.substring(space + 1), NoteException.Reason.NOTE, "a signature");
        if (bytes.length <= Integer.BYTES) {
            throw new NoteException(NoteException.Reason.NOTE, "expected a key id and a signature in a line");
        }
        byte[] signature = Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length);
        return new NoteSignature(
                rest.substring(0, space), ByteBuffer.wrap(bytes).getInt(), signature);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteSignature that
                && name.equals(that.name)
                && keyId == that.keyId
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * name.hashCode() + keyId) + Arrays.hashCode(signature);
    }

    @Override
    public String toString() {
        return line();
    }
}

package beacon.node.ca;

import beacon.index.tree.note.Ed25519Signer;
import beacon.index.tree.note.NoteSigner;
import beacon.index.tree.note.NoteVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.EdECPrivateKey;

/**
 * The Ed25519 key that signs checkpoints of a cluster's history: one for all members, so that a checkpoint means the
 * same whoever made it. {@code beacon ca init} makes it, {@code beacon ca issue} hands it to members.
 */
public final class LogKey {
    /** PKCS#8 PEM, in the directory of a CA and of each member. */
    public static final String KEY_FILE = "log-key.pem";

    /** The public half in the form of C2SP signed-note, for whoever audits. */
    public static final String VERIFIER_FILE = "log-key.vkey";

    private LogKey() {}

    /** Makes a new key in the directory of a CA. */
    static void create(Path directory, String cluster) {
        try {
            PrivateKey key =
                    KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
            PemFiles.writeKey(directory.resolve(KEY_FILE), key);
            PemFiles.writeText(
                    directory.resolve(VERIFIER_FILE),
                    signer(key, cluster).verifier().vkey() + "\n");
        } catch (GeneralSecurityException e) {
            throw new CaException("expected a JDK with Ed25519, but found none", e);
        }
    }

    /** Gives a member the key. */
    static void copy(Path from, Path to) {
        PemFiles.writeKey(to.resolve(KEY_FILE), PemFiles.readKey(from.resolve(KEY_FILE), "Ed25519"));
    }

    /**
     * The signer with the key of a PEM file.
     *
     * @param cluster name of the key, and origin of the checkpoints
     * @throws CaException when the file holds no such key
     */
    public static NoteSigner read(Path file, String cluster) {
        return signer(PemFiles.readKey(file, "Ed25519"), cluster);
    }

    /**
     * The public half, from a file that holds its text form.
     *
     * @throws CaException when the file cannot be read
     */
    public static NoteVerifier readVerifier(Path file) {
        try {
            return NoteVerifier.parse(Files.readString(file).strip());
        } catch (IOException e) {
            throw new CaException("expected a verifier key in " + file + ", but found no readable file", e);
        }
    }

    private static Ed25519Signer signer(PrivateKey key, String cluster) {
        byte[] seed = ((EdECPrivateKey) key)
                .getBytes()
                .orElseThrow(() -> new CaException("expected an Ed25519 key that can be exported, but found another"));
        return Ed25519Signer.ofNotes(cluster, seed);
    }
}

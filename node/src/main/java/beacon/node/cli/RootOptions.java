package beacon.node.cli;

import beacon.keys.fragments.FragmentStoreException;
import beacon.keys.signatures.RootKey;
import beacon.keys.signatures.Signature;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The organisation's root, for verbs that need its signature. */
final class RootOptions {
    static final String PUBLIC_FILE = "org-root";
    static final String SECRET_FILE = "root-key.age";

    @Option(
            names = "--root-dir",
            paramLabel = "DIR",
            description = "Directory of the organisation's root, made by: beacon role root.")
    @Nullable
    Path directory;

    @Mixin
    SealOptions seal = new SealOptions();

    /** The root key; the caller wipes it. */
    RootKey open(Session session) {
        if (directory == null) {
            throw new Failure("USAGE", "expected --root-dir with the organisation's root, but found none");
        }
        Path home = session.resolve(directory);
        try {
            byte[] secret = seal.seal(session).open(Files.readAllBytes(home.resolve(SECRET_FILE)));
            try {
                return RootKey.of(secret, RoleFiles.root(home.resolve(PUBLIC_FILE)));
            } finally {
                Arrays.fill(secret, (byte) 0);
            }
        } catch (FragmentStoreException.WrongSeal wrong) {
            throw new Failure(
                    "WRONG_SEAL", "expected the passphrase or identity of the root, but found another", null, wrong);
        } catch (IOException e) {
            throw new UncheckedIOException("expected the organisation's root in " + home, e);
        }
    }

    /** Its signatures of some bytes; none without {@code --root-dir}. */
    List<Signature> sign(Session session, String use, ByteString bytes) {
        if (directory == null) {
            return List.of();
        }
        try (RootKey root = open(session)) {
            return root.sign(use, bytes, new beacon.keys.vault.SystemEntropy()).signatures();
        }
    }
}

package beacon.node.cli;

import beacon.keys.envelope.HybridIdentity;
import beacon.keys.envelope.ScryptRecipient;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.fragments.StoreSeal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a secret on this machine is sealed with: a passphrase or an age identity, each in a file. */
final class SealOptions {
    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "First line: the passphrase that secrets on this disk are sealed with.")
    @Nullable
    Path passphraseFile;

    @Option(
            names = "--identity-file",
            paramLabel = "FILE",
            description = "Instead of a passphrase: an age identity (AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1…).")
    @Nullable
    Path identityFile;

    @Option(
            names = "--work-factor",
            paramLabel = "N",
            defaultValue = "" + ScryptRecipient.DEFAULT_WORK_FACTOR,
            description = "Binary logarithm of scrypt's N for a passphrase (default: ${DEFAULT-VALUE}).")
    int workFactor;

    StoreSeal seal(Session session) {
        if ((passphraseFile == null) == (identityFile == null)) {
            throw new Failure("USAGE", "expected either --passphrase-file or --identity-file");
        }
        try {
            return passphraseFile != null
                    ? StoreSeal.passphrase(line(session.resolve(passphraseFile)).toCharArray(), workFactor)
                    : identity(line(session.resolve(java.util.Objects.requireNonNull(identityFile))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StoreSeal identity(String text) {
        return text.toUpperCase(Locale.ROOT).startsWith("AGE-SECRET-KEY-PQ-")
                ? StoreSeal.hybrid(HybridIdentity.parse(text))
                : StoreSeal.x25519(X25519Identity.parse(text));
    }

    /** First line that is no comment. */
    private static String line(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .findFirst()
                .orElseThrow(() -> new Failure("USAGE", "expected a line in " + file + ", but found none"));
    }
}

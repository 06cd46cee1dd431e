package beacon.node.cli;

import beacon.keys.client.Channels;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which organisation key a verb is about. */
final class CustodyOptions {
    /** In a home: the record of the organisation's key. */
    static final String KEY_FILE = "org.key";

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Record of the organisation's key, public (default: org.key in the home).")
    @Nullable
    Path keyFile;

    Path file(Session session) {
        if (keyFile != null) {
            return session.resolve(keyFile);
        }
        Optional<Path> home = Profile.home(session.environment(), session.directory());
        return home.map(path -> path.resolve(KEY_FILE))
                .orElseThrow(() -> new Failure(
                        "NO_KEY",
                        "expected --key FILE or a home with a file \"" + KEY_FILE + "\", but found neither",
                        "make a key with: beacon key ceremony",
                        null));
    }

    /** Whether there is a record to ask about: one that was named, or one in the home. */
    boolean isGiven(Session session) {
        return keyFile != null
                || Profile.home(session.environment(), session.directory())
                        .map(path -> Files.exists(path.resolve(KEY_FILE)))
                        .orElse(false);
    }

    KeyRecord record(Session session) {
        return record(file(session));
    }

    static KeyRecord record(Path file) {
        try {
            return RecordCodec.parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("expected a key record in " + file, e);
        }
    }

    static Channels channels(Session session) {
        return new Channels(
                Profile.tls(session.options(), session.environment(), session.directory())
                        .clientContext(),
                session.timeout());
    }
}

package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.keys.records.KeyRecord;
import beacon.node.custody.KeyCatalogue;
import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The organisation's keys: those in files, where they are as new as the log's, else those on the log. */
final class OrgKeys {
    private OrgKeys() {}

    /** The key to seal to. */
    static KeyRecord toSeal(Session session, BeaconClient client, CustodyOptions options) {
        KeyRecord active = new KeyCatalogue(client, session.timeout())
                .active()
                .orElseThrow(() -> new Failure(
                        "NO_KEY",
                        "expected an active key of the organisation on the log, but found none",
                        "make one among running custodians, and activate it:"
                                + " beacon key ceremony --custodian HOST:PORT,HOST:PORT,HOST:PORT && beacon key activate",
                        null));
        KeyRecord given = file(session, options);
        if (options.keyFile != null && given != null && !given.keyId().equals(active.keyId())) {
            throw new Failure(
                    "KEY_NOT_ACTIVE",
                    "expected the key of --key to be the active one, but found another on the log",
                    "leave --key out, or: beacon key activate",
                    null);
        }
        return active;
    }

    /** The key that opens what was sealed to it. */
    static KeyRecord toOpen(Session session, BeaconClient client, CustodyOptions options, ByteString keyId) {
        Optional<KeyRecord> onLog = new KeyCatalogue(client, session.timeout()).record(keyId);
        KeyRecord given = file(session, options);
        if (given != null && given.keyId().equals(keyId)) {
            boolean newer =
                    onLog.isEmpty() || given.key().epoch() >= onLog.get().key().epoch();
            if (newer) {
                return given;
            }
        }
        return onLog.orElseThrow(
                () -> new Failure(
                        "NO_KEY",
                        "expected the record of the key that the artifact is sealed to, in --key or on the log, but found none"));
    }

    private static @Nullable KeyRecord file(Session session, CustodyOptions options) {
        Optional<Path> home = Profile.home(session.environment(), session.directory());
        if (options.keyFile == null && home.isEmpty()) {
            return null;
        }
        Path file = options.file(session);
        return options.keyFile != null || Files.exists(file) ? CustodyOptions.record(file) : null;
    }
}

package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.node.custody.KeyLog;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.KeyState;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code beacon key state}: lets the log say what a key is from now on. */
@Command(
        name = "state",
        description = {
            "Let the log call the key of --key STATE. Needs an operator; the log refuses what the life of a key forbids.",
            "compromised: writers stop sealing to it, it still opens; re-encrypt what it protects, or rewrap and rotate.",
            "decrypt-only: the same, without suspicion. retired: opens nothing; no header may be of it.",
            "destroyed: opens nothing, whatever is still sealed with it; needs --yes. beacon key revoke also deletes shares."
        })
final class KeyStateVerb implements Callable<Integer> {
    /** What a key may become by this verb; a key becomes active with its record. */
    enum Target {
        DECRYPT_ONLY(KeyState.KEY_STATE_DECRYPT_ONLY),
        COMPROMISED(KeyState.KEY_STATE_COMPROMISED),
        RETIRED(KeyState.KEY_STATE_RETIRED),
        DESTROYED(KeyState.KEY_STATE_DESTROYED);

        private final KeyState state;

        Target(KeyState state) {
            this.state = state;
        }
    }

    private final Session session;

    @Parameters(paramLabel = "STATE", description = "decrypt_only, compromised, retired or destroyed.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    Target target;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the record.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    String reason;

    @Option(names = "--yes", description = "Confirms that this cannot be undone.")
    boolean yes;

    @Mixin
    CustodyOptions key = new CustodyOptions();

    KeyStateVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (target == Target.DESTROYED && !yes) {
            throw new Failure("USAGE", "expected --yes: a destroyed key never opens again");
        }
        ByteString keyId = key.record(session).keyId();
        try (BeaconClient client = session.connect()) {
            Accepted accepted = new KeyLog(client).change(keyId, target.state, reason);
            JsonObject result = new JsonObject();
            result.addProperty("key", HexFormat.of().formatHex(keyId.toByteArray()));
            result.addProperty("state", target.name());
            result.addProperty("sequence", accepted.getFirstSequence());
            session.output().object(result);
        }
        return 0;
    }
}

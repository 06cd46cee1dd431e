package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.keys.authority.Revocation;
import beacon.keys.authority.StatementCodec;
import beacon.keys.client.Channels;
import beacon.keys.client.RitualCarrier;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.Seat;
import beacon.keys.signatures.RootKey;
import beacon.keys.signatures.SignedStatement;
import beacon.keys.vault.SystemEntropy;
import beacon.model.Reason;
import beacon.node.custody.KeyLog;
import beacon.proto.v1.KeyState;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code beacon key revoke}: the end of a key. */
@Command(
        name = "revoke",
        description = {
            "Destroy the key: every custodian deletes its share for good. Nothing that was encrypted to it opens again.",
            "Needs the organisation's root. With --log the log calls the key destroyed first, so that nothing is sealed to"
                    + " it any more, and custodians that are away hear of it there; that needs an operator as well."
        })
final class KeyRevokeVerb implements Callable<Integer> {
    private final Session session;
    private final SystemEntropy entropy = new SystemEntropy();

    @Option(names = "--reason", required = true, description = "Why, for the record.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    String reason;

    @Option(names = "--yes", required = true, description = "Confirms that this cannot be undone.")
    boolean yes;

    @Option(names = "--log", description = "The custodians follow the log of --endpoint or of the home.")
    boolean log;

    @Mixin
    CustodyOptions key = new CustodyOptions();

    @Mixin
    RootOptions root = new RootOptions();

    KeyRevokeVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        KeyRecord record = key.record(session);
        Revocation revocation = new Revocation(
                record.plan().organisation(),
                ByteString.EMPTY,
                record.keyId(),
                reason,
                session.clock().instant());
        try (RootKey rootKey = root.open(session);
                Channels channels = CustodyOptions.channels(session)) {
            SignedStatement statement = rootKey.sign(Revocation.USE, StatementCodec.encode(revocation), entropy);
            if (log) {
                destroyOnLog(record);
            }
            session.output().rows(List.of("custodian", "result"), tell(record, new RitualCarrier(channels), statement));
        }
        return 0;
    }

    private void destroyOnLog(KeyRecord record) {
        try (BeaconClient client = session.connect()) {
            KeyLog keys = new KeyLog(client);
            try {
                keys.change(record.keyId(), KeyState.KEY_STATE_DESTROYED, reason);
            } catch (ClientException refused) {
                // Run again after a custodian was away; a key that never was active needs no change.
                boolean over = refused.refusal().reason() == Reason.KEY_STATE_FORBIDS
                        && keys.lastChange(record.keyId())
                                .map(KeyState.KEY_STATE_DESTROYED::equals)
                                .orElse(true);
                if (!over) {
                    throw refused;
                }
            }
        }
    }

    /** Tells all custodians of a key the same. */
    static List<JsonObject> tell(KeyRecord record, RitualCarrier carrier, SignedStatement statement) {
        List<JsonObject> rows = new ArrayList<>();
        boolean failed = false;
        for (Seat seat : record.plan().seats()) {
            JsonObject row = new JsonObject();
            row.addProperty("custodian", seat.name());
            try {
                row.addProperty("result", carrier.revoke(seat.endpoint(), statement) ? "REVOKED" : "KNOWN");
            } catch (StatusRuntimeException e) {
                failed = true;
                row.addProperty("result", "NOT TOLD: " + Failures.of(e).getMessage());
            }
            rows.add(row);
        }
        if (failed) {
            throw new Failure(
                    "NOT_ALL_TOLD",
                    "expected all custodians to hear of it, but found: " + rows,
                    "run the same again when they serve",
                    null);
        }
        return rows;
    }
}

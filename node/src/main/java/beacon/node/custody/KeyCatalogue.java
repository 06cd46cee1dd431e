package beacon.node.custody;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.keys.records.BadRecordException;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.model.Reason;
import beacon.proto.v1.GetKeyReply;
import beacon.proto.v1.GetKeyRequest;
import beacon.proto.v1.QueryServiceGrpc;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What the projections of the index say about the organisation's keys; every answer is of the moment it is asked for. */
public final class KeyCatalogue {
    private final BeaconClient client;
    private final Duration timeout;

    /**
     * A catalogue.
     *
     * @param timeout of one question
     */
    public KeyCatalogue(BeaconClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    /**
     * The key that writers seal to; empty when there is none.
     *
     * @throws ClientException when the index does not answer
     */
    public Optional<KeyRecord> active() {
        return ask(GetKeyRequest.getDefaultInstance());
    }

    /**
     * The newest record of a key; empty when the log has none that counts.
     *
     * @throws ClientException when the index does not answer
     */
    public Optional<KeyRecord> record(ByteString keyId) {
        return ask(GetKeyRequest.newBuilder().setKeyId(keyId).build());
    }

    private Optional<KeyRecord> ask(GetKeyRequest request) {
        try {
            GetKeyReply reply =
                    BeaconClient.await(client.<GetKeyReply>read((channel, observer) -> QueryServiceGrpc.newStub(channel)
                            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .getKey(request, observer)));
            ByteString id = reply.hasKey() ? reply.getKey().getKeyId() : request.getKeyId();
            return newest(id, reply);
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.UNKNOWN_REFERENCE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Whether a record counts is in its signatures; the log takes any. */
    private static Optional<KeyRecord> newest(ByteString keyId, GetKeyReply reply) {
        Optional<KeyRecord> newest = Optional.empty();
        for (ByteString bytes : reply.getRecordsList()) {
            try {
                KeyRecord record = RecordCodec.ofBytes(bytes.toByteArray()).verified();
                boolean follows = newest.map(
                                before -> record.key().epoch() > before.key().epoch() && record.follows(before))
                        .orElse(true);
                if (record.keyId().equals(keyId) && follows) {
                    newest = Optional.of(record);
                }
            } catch (BadRecordException forged) {
                // Passed over.
            }
        }
        return newest;
    }
}

package beacon.node.cli;

import beacon.index.audit.EventAudit;
import beacon.index.tree.Hash;
import beacon.index.tree.ProofException;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.NoteVerifier;
import beacon.model.MalformedRecord;
import beacon.model.RecordedHeader;
import beacon.node.json.EventJson;
import beacon.proto.v1.ProveInclusionReply;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * That one event is part of the history a checkpoint stands for: everything {@code audit prove} prints as JSON, and all
 * that somebody needs to check it again years later, without a cluster.
 *
 * @param record the recorded event, byte for byte as it was hashed
 * @param path hashes from the leaf to the root
 * @param checkpoint the signed note
 */
record EventProof(ByteString record, List<Hash> path, String checkpoint) {
    private static final String RECORD = "record";
    private static final String PROOF = "proof";
    private static final String CHECKPOINT = "checkpoint";

    EventProof {
        path = List.copyOf(path);
    }

    static EventProof of(ProveInclusionReply reply) {
        List<Hash> path = reply.getProofList().stream()
                .map(bytes -> Hash.of(bytes.toByteArray()))
                .toList();
        return new EventProof(reply.getEvent(), path, reply.getCheckpoint());
    }

    /** Reads what {@link #verify} returned. */
    static EventProof parse(String text) {
        try {
            JsonObject object = JsonParser.parseString(text).getAsJsonObject();
            List<Hash> path = new ArrayList<>();
            for (JsonElement hash : object.getAsJsonArray(PROOF)) {
                path.add(Hash.of(Base64.getDecoder().decode(hash.getAsString())));
            }
            byte[] record = Base64.getDecoder().decode(object.get(RECORD).getAsString());
            return new EventProof(
                    ByteString.copyFrom(record), path, object.get(CHECKPOINT).getAsString());
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | NullPointerException
                | ClassCastException
                | UnsupportedOperationException e) {
            throw new Failure(
                    "INPUT_OUTPUT",
                    "expected a proof with record, proof and checkpoint, but found something else",
                    "beacon audit prove SEQUENCE -o json prints one",
                    e);
        }
    }

    /**
     * Checks signature and path, and says what was proven.
     *
     * @param sequence that the event must have
     * @throws ProofException when the event is not in that history at its place
     */
    JsonObject verify(long sequence, NoteVerifier key) {
        byte[] recorded = record.toByteArray();
        long size = Checkpoint.open(checkpoint, List.of(key)).size();
        Checkpoint signed =
                EventAudit.verify(recorded, new EventAudit.Place(sequence - 1, size, path), checkpoint, List.of(key));
        JsonObject result = new JsonObject();
        result.addProperty("verified", true);
        result.addProperty("sequence", sequence);
        result.addProperty("tree_size", signed.size());
        result.addProperty("root", signed.root().toString());
        result.addProperty("leaf", new TreeHasher().leaf(recorded).toString());
        JsonArray hashes = new JsonArray();
        path.forEach(hash -> hashes.add(hash.toString()));
        result.add(PROOF, hashes);
        result.addProperty(CHECKPOINT, checkpoint);
        result.addProperty(RECORD, Base64.getEncoder().encodeToString(recorded));
        result.add("recorded", EventJson.recorded(record));
        return result;
    }

    /** The sequence that the record says it has. */
    long sequence() {
        try {
            return RecordedHeader.read(record.toByteArray()).sequence();
        } catch (MalformedRecord e) {
            throw new Failure("NOT_PROVEN", "expected the record of an event, but found other bytes", null, e);
        }
    }
}

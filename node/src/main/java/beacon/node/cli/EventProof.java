package beacon.node.cli;

import beacon.index.tree.Hash;
import beacon.index.tree.MerkleProofs;
import beacon.index.tree.ProofException;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.NoteVerifier;
import beacon.node.json.EventJson;
import beacon.proto.v1.ProveInclusionReply;
import beacon.proto.v1.RecordedEvent;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
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
        Checkpoint signed = Checkpoint.open(checkpoint, List.of(key));
        Hash leaf = new TreeHasher().leaf(record.toByteArray());
        MerkleProofs.verifyInclusion(leaf, sequence - 1, signed.size(), path, signed.root());
        JsonObject result = new JsonObject();
        result.addProperty("verified", true);
        result.addProperty("sequence", sequence);
        result.addProperty("tree_size", signed.size());
        result.addProperty("root", signed.root().toString());
        result.addProperty("leaf", leaf.toString());
        JsonArray hashes = new JsonArray();
        path.forEach(hash -> hashes.add(hash.toString()));
        result.add(PROOF, hashes);
        result.addProperty(CHECKPOINT, checkpoint);
        result.addProperty(RECORD, Base64.getEncoder().encodeToString(record.toByteArray()));
        result.add("recorded", EventJson.recorded(record));
        return result;
    }

    /** The sequence that the record says it has. */
    long sequence() {
        try {
            return RecordedEvent.parseFrom(record).getSequence();
        } catch (InvalidProtocolBufferException e) {
            throw new Failure("NOT_PROVEN", "expected the record of an event, but found other bytes", null, e);
        }
    }
}

package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.tree.Hash;
import beacon.index.tree.MerkleProofs;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.NoteVerifier;
import beacon.node.ca.LogKey;
import beacon.proto.v1.GetCheckpointReply;
import beacon.proto.v1.GetCheckpointRequest;
import beacon.proto.v1.ProveConsistencyReply;
import beacon.proto.v1.ProveConsistencyRequest;
import beacon.proto.v1.ProveInclusionReply;
import beacon.proto.v1.ProveInclusionRequest;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code beacon audit}: proofs that history is what it was. Whatever a member answers is checked here. */
@Command(name = "audit", description = "Fetch and check proofs that nobody rewrote history.")
final class AuditVerb implements Runnable {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--vkey",
            paramLabel = "FILE",
            description = "File with the verifier key of the cluster (default: log-key.vkey of the profile).",
            scope = ScopeType.INHERIT)
    private @Nullable Path verifierFile;

    AuditVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "expected checkpoint, prove, consistency or verify");
    }

    @Command(
            name = "checkpoint",
            description = "Print a signed checkpoint of the whole history; keep it to compare later.")
    void checkpoint() {
        NoteVerifier key = trustedKey();
        try (BeaconClient client = session.connect()) {
            GetCheckpointReply reply = client.audit().getCheckpoint(GetCheckpointRequest.getDefaultInstance());
            Checkpoint opened = Checkpoint.open(reply.getCheckpoint(), List.of(key));
            Output output = session.output();
            if (output.isJson()) {
                JsonObject result = new JsonObject();
                result.addProperty("origin", opened.origin());
                result.addProperty("size", opened.size());
                result.addProperty("root", opened.root().toString());
                result.addProperty("checkpoint", reply.getCheckpoint());
                output.object(result);
            } else {
                output.line(reply.getCheckpoint().stripTrailing());
            }
        }
    }

    @Command(
            name = "prove",
            description = "Prove that an event is part of the history that a fresh checkpoint stands for.")
    void prove(@Parameters(paramLabel = "SEQUENCE") long sequence) {
        NoteVerifier key = trustedKey();
        try (BeaconClient client = session.connect()) {
            ProveInclusionReply reply = client.audit()
                    .proveInclusion(ProveInclusionRequest.newBuilder()
                            .setSequence(sequence)
                            .build());
            session.output().object(EventProof.of(reply).verify(sequence, key));
        }
    }

    @Command(
            name = "consistency",
            description = "Prove that today's history only continues the one of a saved checkpoint.")
    void consistency(@Parameters(paramLabel = "FILE", description = "The saved checkpoint.") Path file) {
        NoteVerifier key = trustedKey();
        Checkpoint old = Checkpoint.open(read(file), List.of(key));
        try (BeaconClient client = session.connect()) {
            ProveConsistencyReply reply = client.audit()
                    .proveConsistency(ProveConsistencyRequest.newBuilder()
                            .setOldSize(old.size())
                            .build());
            Checkpoint fresh = Checkpoint.open(reply.getCheckpoint(), List.of(key));
            MerkleProofs.verifyConsistency(
                    old.size(), fresh.size(), hashes(reply.getProofList()), old.root(), fresh.root());
            JsonObject result = new JsonObject();
            result.addProperty("verified", true);
            result.addProperty("old_size", old.size());
            result.addProperty("new_size", fresh.size());
            result.addProperty("new_root", fresh.root().toString());
            result.add("proof", json(reply.getProofList()));
            result.addProperty("checkpoint", reply.getCheckpoint());
            session.output().object(result);
        }
    }

    @Command(
            name = "verify",
            description = {
                "Check the whole journal of a member that is stopped, and name the first bad sequence;",
                "or check the saved proof of one event. Needs no cluster."
            })
    void verify(
            @ArgGroup(multiplicity = "1") Subject subject,
            @Option(
                            names = "--checkpoint",
                            paramLabel = "FILE",
                            description = "Saved checkpoints of DIR; those the member published count as well.")
                    @Nullable
                    List<Path> files) {
        if (subject.proof != null) {
            EventProof proof = EventProof.parse(read(subject.proof));
            session.output().object(proof.verify(proof.sequence(), trustedKey()));
            return;
        }
        List<String> notes = new ArrayList<>();
        for (Path file : files == null ? List.<Path>of() : files) {
            notes.add(read(file));
        }
        Path directory = Objects.requireNonNull(subject.directory, "one of the two is given");
        new OfflineAudit(session.resolve(directory), trustedKey(), session).run(notes);
    }

    /** What is checked. */
    static final class Subject {
        @Parameters(paramLabel = "DIR", description = "The data directory of the member.")
        private @Nullable Path directory;

        @Option(names = "--proof", paramLabel = "FILE", description = "What beacon audit prove -o json printed.")
        private @Nullable Path proof;
    }

    /** A key that the member itself hands out proves nothing, so without one there is no audit. */
    private NoteVerifier trustedKey() {
        Optional<Path> file = Optional.ofNullable(verifierFile)
                .map(session::resolve)
                .or(() -> Profile.home(session.environment(), session.directory())
                        .map(home -> home.resolve("ca").resolve(LogKey.VERIFIER_FILE)));
        return LogKey.readVerifier(file.orElseThrow(() -> new Failure(
                "NO_VERIFIER_KEY",
                "expected --vkey FILE or a profile with " + LogKey.VERIFIER_FILE + ", but found neither",
                "it is beside the CA that beacon ca init made",
                null)));
    }

    private String read(Path file) {
        try {
            return Files.readString(session.resolve(file));
        } catch (IOException e) {
            throw new Failure("INPUT_OUTPUT", "expected a readable file at " + file + ", but found none", null, e);
        }
    }

    private static List<Hash> hashes(List<ByteString> proof) {
        return proof.stream().map(bytes -> Hash.of(bytes.toByteArray())).toList();
    }

    private static JsonArray json(List<ByteString> proof) {
        JsonArray array = new JsonArray();
        hashes(proof).forEach(hash -> array.add(hash.toString()));
        return array;
    }
}

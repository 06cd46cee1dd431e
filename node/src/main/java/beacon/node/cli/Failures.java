package beacon.node.cli;

import beacon.index.client.ClientException;
import beacon.index.journal.JournalException;
import beacon.index.tls.TlsException;
import beacon.index.tree.ProofException;
import beacon.index.tree.note.NoteException;
import beacon.model.MalformedAddress;
import beacon.model.MalformedCid;
import beacon.model.Refusal;
import beacon.node.artifacts.ArtifactException;
import beacon.node.backup.BackupException;
import beacon.node.ca.CaException;
import beacon.node.config.ConfigException;
import beacon.node.introduction.IntroductionException;
import beacon.node.json.JsonFormException;
import beacon.node.put.PutState;
import beacon.node.tree.SourceChangedException;
import beacon.node.tree.TreeException;
import beacon.proto.grpc.StatusMapper;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** From whatever went wrong to the one line a person, or the object a program, gets to see. */
final class Failures {
    private Failures() {}

    static Failure of(Throwable error) {
        if (error instanceof StatusRuntimeException status) {
            return ofStatus(status);
        }
        if (error instanceof ClientException client) {
            return ofRefusal(client.refusal(), error);
        }
        if (error instanceof JsonFormException) {
            return new Failure("MALFORMED_REQUEST", PeerFailures.messageOf(error), null, error);
        }
        if (error instanceof MalformedCid || error instanceof MalformedAddress) {
            return new Failure("MALFORMED_REQUEST", PeerFailures.messageOf(error), null, error);
        }
        if (error instanceof CaException || error instanceof TlsException) {
            return new Failure("CERTIFICATES", PeerFailures.messageOf(error), null, error);
        }
        if (error instanceof ConfigException config) {
            return new Failure("CONFIGURATION", String.join("; ", config.problems()), null, error);
        }
        if (error instanceof NoteException || error instanceof ProofException) {
            return new Failure(
                    "NOT_PROVEN", PeerFailures.messageOf(error), "do not trust what this member says", error);
        }
        if (error instanceof ArtifactException artifact) {
            String advice = artifact.reason() == ArtifactException.Reason.NOT_ENOUGH_NODES
                    ? "see who is down: beacon nodes ls; to wait for them: beacon put --wait 5m"
                    : null;
            return new Failure(artifact.reason().name(), PeerFailures.messageOf(error), advice, error);
        }
        if (error instanceof TreeException tree) {
            return new Failure(tree.reason().name(), PeerFailures.messageOf(error), null, error);
        }
        if (error instanceof SourceChangedException) {
            return new Failure(
                    "SOURCE_CHANGED",
                    PeerFailures.messageOf(error),
                    "nothing of it shows; put it again when nobody writes to it",
                    error);
        }
        if (error instanceof PutState.InUseException) {
            return new Failure("IN_USE", PeerFailures.messageOf(error), "wait for it, or stop it", error);
        }
        if (error instanceof IntroductionException) {
            return new Failure("CERTIFICATES", PeerFailures.messageOf(error), null, error);
        }
        if (error instanceof BackupException) {
            return new Failure("BACKUP", PeerFailures.messageOf(error), null, error);
        }
        if (error instanceof CompletionException && error.getCause() != null) {
            return of(error.getCause());
        }
        if (error instanceof JournalException) {
            return new Failure("STORAGE", PeerFailures.withCause(error), null, error);
        }
        return CustodyFailures.of(error).orElseGet(() -> PeerFailures.of(error));
    }

    static Failure ofRefusal(Refusal refusal, @Nullable Throwable cause) {
        return new Failure(refusal.reason().name(), refusal.message(), adviceFor(refusal), cause);
    }

    private static Failure ofStatus(StatusRuntimeException error) {
        Optional<Refusal> refusal = StatusMapper.refusalOf(error);
        if (refusal.isPresent()) {
            return ofRefusal(refusal.get(), error);
        }
        String description =
                Optional.ofNullable(error.getStatus().getDescription()).orElse("no detail");
        return switch (error.getStatus().getCode()) {
            case UNAVAILABLE ->
                new Failure(
                        "UNREACHABLE",
                        "expected a member of the index to answer, but " + rootOf(error, description),
                        "check --endpoint and --tls-dir, or start a cluster with: beacon up",
                        error);
            case DEADLINE_EXCEEDED ->
                new Failure(
                        "TIMEOUT",
                        "expected an answer in time, but found none",
                        "try again with a longer --timeout",
                        error);
            default -> new Failure(error.getStatus().getCode().name(), description, null, error);
        };
    }

    private static @Nullable String adviceFor(Refusal refusal) {
        return switch (refusal.reason()) {
            case STALE_REVISION -> "read again and retry with --expect-revision " + refusal.currentRevision();
            case NOT_LEADER ->
                refusal.leaderTarget().isEmpty()
                        ? "try another --endpoint"
                        : "try --endpoint " + refusal.leaderTarget();
            case BEYOND_END -> "the log ends with sequence " + refusal.sequence();
            case WATCHER_TOO_SLOW -> "resume with --from " + refusal.sequence();
            case OUTCOME_UNKNOWN -> "it may be in the log; ask again with the same request id";
            default -> refusal.retryAfterMillis() > 0 ? "try again in " + refusal.retryAfterMillis() + " ms" : null;
        };
    }

    private static String rootOf(Throwable error, String description) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        @Nullable String message = root.getMessage();
        return root == error || message == null ? description : message;
    }
}

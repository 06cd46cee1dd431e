package beacon.node.steward;

import beacon.index.admission.Admission;
import beacon.index.log.AppendResult;
import beacon.index.ratis.IndexMember;
import beacon.index.ratis.MemberStatus;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.AppendRequest;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Appends of this member in its own name, while it leads. */
final class LeaderLog {
    private static final long ANSWER_SECONDS = 20;

    private final IndexMember member;
    private final String actor;

    LeaderLog(IndexMember member) {
        this.member = member;
        this.actor = "member/" + member.settings().memberId();
    }

    /** Whether this member leads, by all it knows, and takes part. */
    boolean leads() {
        return member.status().role() == MemberStatus.Role.LEADER;
    }

    /** Appends, and waits for the answer. */
    AppendResult append(AppendRequest.Builder request) throws InterruptedException {
        UUID id = UUID.randomUUID();
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits());
        request.setRequestId(ByteString.copyFrom(bytes.flip()));
        Admission.Verdict verdict = new Admission().admit(actor, request.build());
        if (verdict instanceof Admission.Verdict.Refused refused) {
            return new AppendResult.Refused(refused.refusal());
        }
        try {
            return member.log()
                    .append(((Admission.Verdict.Admitted) verdict).append())
                    .toCompletableFuture()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return new AppendResult.Refused(Refusal.of(
                    Reason.OUTCOME_UNKNOWN, "expected an answer of the log, but found none: " + e.getMessage()));
        }
    }
}

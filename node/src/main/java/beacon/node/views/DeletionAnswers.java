package beacon.node.views;

import beacon.index.grpc.Calls;
import beacon.model.Cid;
import beacon.model.MalformedCid;
import beacon.model.Reason;
import beacon.proto.v1.Deletion;
import beacon.proto.v1.GetDeletionReply;
import beacon.proto.v1.HoldState;
import beacon.proto.v1.ListHoldsReply;
import beacon.proto.v1.ListTombstonesReply;
import beacon.proto.v1.TombstoneState;
import beacon.steward.deletion.DeletionJudge;
import beacon.views.StateReader;
import beacon.views.deletions.DeletionsView;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Answers to questions about deletions. */
final class DeletionAnswers {
    private DeletionAnswers() {}

    /**
     * A page of open tombstones.
     *
     * @param token of the page before; empty for the first
     * @param voter only those that this node may vote for; empty for all
     */
    static ListTombstonesReply.Builder open(
            DeletionStates states, ByteString token, int size, ByteString voter, long nowMicros) {
        List<TombstoneState> page = DeletionsView.open(states.deletions(), token, size);
        DeletionJudge judge = states.judge();
        ListTombstonesReply.Builder reply = restored(states);
        for (TombstoneState each : page) {
            if (voter.isEmpty()
                    || (!DeletionJudge.hasVoted(each, voter) && judge.designates(each.getManifestCid(), voter))) {
                Deletion judged = judge.judge(Cid.of(each.getManifestCid()));
                if (voter.isEmpty() || DeletionJudge.isFree(judged, nowMicros)) {
                    reply.addDeletions(judged);
                }
            }
        }
        if (page.size() == size) {
            reply.setNextPageToken(hex(page.get(size - 1).getManifestCid()));
        }
        return reply;
    }

    /** @param after sequence; a token of an earlier page counts more */
    static ListTombstonesReply.Builder released(DeletionStates states, long after, ByteString token, int size) {
        if (!token.isEmpty() && token.size() != Long.BYTES) {
            throw Calls.refused(
                    Reason.MALFORMED_REQUEST, "expected the page token of an earlier reply, but found another text");
        }
        long from = token.isEmpty() ? after : token.asReadOnlyByteBuffer().getLong();
        List<TombstoneState> page = DeletionsView.released(states.deletions(), Math.max(0, from), size);
        DeletionJudge judge = states.judge();
        ListTombstonesReply.Builder reply = restored(states);
        page.forEach(each -> reply.addDeletions(judge.judge(Cid.of(each.getManifestCid()))));
        if (page.size() == size) {
            ByteBuffer last = ByteBuffer.allocate(Long.BYTES);
            last.putLong(page.get(size - 1).getReleasedSequence()).flip();
            reply.setNextPageToken(hex(ByteString.copyFrom(last)));
        }
        return reply;
    }

    private static ListTombstonesReply.Builder restored(DeletionStates states) {
        DeletionsView.Restore restore = DeletionsView.restored(states.deletions());
        return ListTombstonesReply.newBuilder()
                .setRestoredSequence(restore.sequence())
                .setRestoredUnixMicros(restore.timeUnixMicros());
    }

    static GetDeletionReply.Builder deletion(DeletionStates states, ByteString manifest) {
        Cid cid;
        try {
            cid = Cid.of(manifest);
        } catch (MalformedCid e) {
            throw Calls.refused(Reason.MALFORMED_CID, "manifest_cid: " + e.getMessage());
        }
        return GetDeletionReply.newBuilder()
                .setDeletion(states.judge().judge(cid))
                .setPinned(PinsView.find(states.pins(), manifest).isPresent());
    }

    static ListHoldsReply.Builder holds(StateReader deletions, ByteString token, int size) {
        List<HoldState> page = DeletionsView.holds(deletions, last(token), size);
        ListHoldsReply.Builder reply = ListHoldsReply.newBuilder().addAllHolds(page);
        if (page.size() == size) {
            HoldState last = page.get(size - 1);
            reply.setNextPageToken(hex(HoldState.newBuilder()
                    .setManifestCid(last.getManifestCid())
                    .setName(last.getName())
                    .build()
                    .toByteString()));
        }
        return reply;
    }

    private static Optional<HoldState> last(ByteString token) {
        try {
            return token.isEmpty() ? Optional.empty() : Optional.of(HoldState.parseFrom(token));
        } catch (InvalidProtocolBufferException e) {
            throw Calls.refused(
                    Reason.MALFORMED_REQUEST, "expected the page token of an earlier reply, but found another text");
        }
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}

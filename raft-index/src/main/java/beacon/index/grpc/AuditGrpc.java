package beacon.index.grpc;

import beacon.index.log.RecordReader;
import beacon.index.log.RefusalException;
import beacon.index.ratis.IndexMember;
import beacon.index.tree.tiles.TransparencyLog;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.AuditServiceGrpc;
import beacon.proto.v1.GetCheckpointReply;
import beacon.proto.v1.GetCheckpointRequest;
import beacon.proto.v1.ProveConsistencyReply;
import beacon.proto.v1.ProveConsistencyRequest;
import beacon.proto.v1.ProveInclusionReply;
import beacon.proto.v1.ProveInclusionRequest;
import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;

/** {@code beacon.v1.AuditService}. */
final class AuditGrpc extends AuditServiceGrpc.AuditServiceImplBase {
    private final IndexMember member;

    AuditGrpc(IndexMember member) {
        this.member = member;
    }

    @Override
    public void getCheckpoint(GetCheckpointRequest request, StreamObserver<GetCheckpointReply> observer) {
        Calls.answer(
                observer,
                () -> GetCheckpointReply.newBuilder()
                        .setCheckpoint(member.tree().checkpoint())
                        .setVerifierKey(member.tree().verifier().vkey())
                        .build());
    }

    @Override
    public void proveInclusion(ProveInclusionRequest request, StreamObserver<ProveInclusionReply> observer) {
        Calls.answer(observer, () -> {
            TransparencyLog.Signed checkpoint = member.tree().signedCheckpoint();
            long size = request.getTreeSize() == 0 ? checkpoint.size() : request.getTreeSize();
            require("tree_size", size, checkpoint.size());
            require("sequence", request.getSequence(), size);
            long leaf = request.getSequence() - 1;
            ProveInclusionReply.Builder reply = ProveInclusionReply.newBuilder()
                    .setEvent(eventAt(request.getSequence()))
                    .setLeafIndex(leaf)
                    .setTreeSize(size)
                    .setCheckpoint(request.getTreeSize() == 0 ? checkpoint.note() : "");
            member.tree().inclusionProof(leaf, size).forEach(hash -> reply.addProof(ByteString.copyFrom(hash.bytes())));
            return reply.build();
        });
    }

    @Override
    public void proveConsistency(ProveConsistencyRequest request, StreamObserver<ProveConsistencyReply> observer) {
        Calls.answer(observer, () -> {
            TransparencyLog.Signed checkpoint = member.tree().signedCheckpoint();
            long size = request.getNewSize() == 0 ? checkpoint.size() : request.getNewSize();
            require("new_size", size, checkpoint.size());
            require("old_size", request.getOldSize(), size);
            ProveConsistencyReply.Builder reply = ProveConsistencyReply.newBuilder()
                    .setOldSize(request.getOldSize())
                    .setNewSize(size)
                    .setCheckpoint(request.getNewSize() == 0 ? checkpoint.note() : "");
            member.tree()
                    .consistencyProof(request.getOldSize(), size)
                    .forEach(hash -> reply.addProof(ByteString.copyFrom(hash.bytes())));
            return reply.build();
        });
    }

    private ByteString eventAt(long sequence) {
        try (RecordReader reader = member.readFrom(sequence)) {
            if (!reader.next()) {
                throw new IllegalStateException("expected journal record %d, but found none".formatted(sequence));
            }
            return ByteString.copyFrom(reader.buffer(), 0, reader.length());
        }
    }

    private static void require(String field, long found, long last) {
        if (found < 1 || found > last) {
            throw new RefusalException(Refusal.of(
                            found == 0 ? Reason.BEFORE_BEGINNING : Reason.BEYOND_END,
                            "expected %s from 1 to %d, but found %s"
                                    .formatted(field, last, Long.toUnsignedString(found)))
                    .withSequence(last));
        }
    }
}

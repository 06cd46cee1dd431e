package beacon.index.grpc;

import beacon.index.log.RecordReader;
import beacon.index.ratis.IndexMember;
import beacon.model.Reason;
import beacon.proto.v1.ExportChunk;
import beacon.proto.v1.ExportHeader;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Sends the state and history of one moment; waits while the transport is full. Runs on a thread of its own. */
final class ExportStream {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final long STALL_SECONDS = 60;

    private final IndexMember member;
    private final ServerCallStreamObserver<ExportChunk> observer;
    private final long first;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    ExportStream(IndexMember member, ServerCallStreamObserver<ExportChunk> observer, long firstSequence) {
        this.member = member;
        this.observer = observer;
        this.first = firstSequence == 0 ? 1 : firstSequence;
        observer.setOnReadyHandler(this::signal);
        observer.setOnCancelHandler(this::signal);
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void run() {
        try {
            IndexMember.Export export = member.export();
            if (first < 1 || first > export.lastSequence() + 1) {
                throw Calls.refused(
                        Reason.BEYOND_END,
                        "expected first_sequence from 1 to %d, but found %s"
                                .formatted(export.lastSequence() + 1, Long.toUnsignedString(first)));
            }
            send(export);
            observer.onCompleted();
        } catch (RuntimeException e) {
            if (!observer.isCancelled()) {
                observer.onError(Calls.errorOf(e));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            observer.onError(Calls.errorOf(Calls.refused(Reason.STOPPING, "this member stops; ask another one")));
        }
    }

    private void send(IndexMember.Export export) throws InterruptedException {
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try {
            export.state().writeTo(state);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write a state to memory", e);
        }
        send(ExportChunk.newBuilder()
                .setHeader(ExportHeader.newBuilder()
                        .setClusterId(member.settings().clusterId())
                        .setLastSequence(export.lastSequence())
                        .setTreeRoot(ByteString.copyFrom(export.treeRoot()))
                        .setRaftTerm(export.raftTerm())
                        .setRaftIndex(Math.max(0, export.raftIndex()))
                        .setSnapshotBytes(state.size()))
                .build());
        ByteString bytes = UnsafeByteOperations.unsafeWrap(state.toByteArray());
        for (int at = 0; at < bytes.size(); at += CHUNK_BYTES) {
            ByteString piece = bytes.substring(at, Math.min(bytes.size(), at + CHUNK_BYTES));
            send(ExportChunk.newBuilder().setSnapshot(piece).build());
        }
        sendEvents(export.lastSequence());
    }

    private void sendEvents(long last) throws InterruptedException {
        try (RecordReader reader = member.readFrom(first)) {
            HistoryRuns runs =
                    new HistoryRuns(reader, first, last, observer::isCancelled, TimeUnit.MILLISECONDS::sleep);
            while (runs.hasNext()) {
                send(ExportChunk.newBuilder().setEvents(runs.next()).build());
            }
        }
    }

    private void send(ExportChunk chunk) throws InterruptedException {
        lock.lock();
        try {
            while (!observer.isReady() && !observer.isCancelled()) {
                if (!changed.await(STALL_SECONDS, TimeUnit.SECONDS)) {
                    throw Calls.refused(
                            Reason.WATCHER_TOO_SLOW,
                            "expected the export to be read, but found it unread for %d s".formatted(STALL_SECONDS));
                }
            }
        } finally {
            lock.unlock();
        }
        if (observer.isCancelled()) {
            throw Calls.refused(Reason.STOPPING, "the reader of the export has gone");
        }
        observer.onNext(chunk);
    }
}

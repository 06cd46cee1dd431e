package beacon.index.ratis;

import beacon.index.journal.Journal;
import beacon.index.log.RecordReader;
import beacon.index.tls.TlsFiles;
import beacon.index.tree.tiles.TransparencyLog;
import beacon.proto.v1.ClusterServiceGrpc;
import beacon.proto.v1.EventRun;
import beacon.proto.v1.ExportChunk;
import beacon.proto.v1.ExportHeader;
import beacon.proto.v1.ExportRequest;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Catches up from the export of another member. Nothing is believed: the history that arrives must continue the one this
 * member has, and its tree must have the root that the other member stated, before the state is installed.
 */
final class ExportCatchUp implements CatchUp {
    private final @Nullable TlsFiles tls;

    ExportCatchUp(@Nullable TlsFiles tls) {
        this.tls = tls;
    }

    @Override
    public void from(String clientAddress, MemberStorage storage) {
        ManagedChannel channel = MemberChannels.open(clientAddress, tls);
        try {
            Iterator<ExportChunk> chunks = ClusterServiceGrpc.newBlockingStub(channel)
                    .export(ExportRequest.newBuilder()
                            .setFirstSequence(storage.journal().lastSequence() + 1)
                            .build());
            install(chunks, storage);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to install the state of " + clientAddress, e);
        } finally {
            channel.shutdownNow();
        }
    }

    /** Installs an export that begins where the journal of this storage ends. */
    static void install(Iterator<ExportChunk> chunks, MemberStorage storage) throws IOException {
        ExportHeader header = chunks.next().getHeader();
        if (!header.getClusterId().equals(storage.settings().clusterId())) {
            throw new IllegalStateException("expected cluster %s, but found %s"
                    .formatted(storage.settings().clusterId(), header.getClusterId()));
        }
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream((int) header.getSnapshotBytes());
        while (chunks.hasNext()) {
            ExportChunk chunk = chunks.next();
            switch (chunk.getPartCase()) {
                case SNAPSHOT -> chunk.getSnapshot().writeTo(snapshot);
                case EVENTS -> append(chunk.getEvents(), storage.journal());
                case HEADER, PART_NOT_SET ->
                    throw new IOException(
                            "expected a piece of the snapshot or events, but found " + chunk.getPartCase());
            }
        }
        if (storage.journal().lastSequence() < header.getLastSequence()) {
            throw new IOException("expected history through %d, but found it ends with %d"
                    .formatted(header.getLastSequence(), storage.journal().lastSequence()));
        }
        growTree(storage.tree(), storage.journal(), header.getLastSequence());
        byte[] root = storage.tree().rootAt(header.getLastSequence()).bytes();
        if (!Arrays.equals(root, header.getTreeRoot().toByteArray())) {
            throw new IllegalStateException(
                    "expected the tree root that the other member stated at sequence %d, but found another: this member's"
                                    .formatted(header.getLastSequence())
                            + " history is not that of the cluster; wipe its data directory");
        }
        storage.install(snapshot.toByteArray());
    }

    private static void append(EventRun run, Journal journal) {
        long sequence = run.getFirstSequence();
        for (ByteString event : run.getEventsList()) {
            if (sequence > journal.lastSequence()) {
                journal.append(sequence, event.toByteArray());
            }
            sequence++;
        }
    }

    private static void growTree(TransparencyLog tree, Journal journal, long through) {
        try (RecordReader reader = journal.readFrom(tree.size() + 1)) {
            while (tree.size() < through && reader.next()) {
                tree.append(reader.buffer(), reader.length());
            }
        }
    }
}

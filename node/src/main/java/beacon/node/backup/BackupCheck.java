package beacon.node.backup;

import beacon.index.tree.TreeFrontier;
import beacon.index.tree.TreeHasher;
import beacon.model.MalformedRecord;
import beacon.model.RecordedHeader;
import beacon.proto.v1.EventRun;
import beacon.proto.v1.ExportChunk;
import beacon.proto.v1.ExportHeader;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Whether the chunks of an export are a whole history: header first, a snapshot of the stated size, every sequence from
 * 1 to the stated last one, and a transparency tree with the stated root. Trusts nothing but the bytes.
 */
public final class BackupCheck {
    private final TreeFrontier tree = new TreeFrontier();
    private final TreeHasher hasher = new TreeHasher();
    private @Nullable ExportHeader header;
    private long snapshotBytes;

    /**
     * Takes the next chunk.
     *
     * @throws BackupException at the first thing that is wrong; names the sequence
     */
    public void add(ExportChunk chunk) {
        if ((header == null) != chunk.hasHeader()) {
            throw new BackupException("expected the header first and once, but found " + chunk.getPartCase());
        }
        switch (chunk.getPartCase()) {
            case HEADER -> header = chunk.getHeader();
            case SNAPSHOT -> snapshotBytes += chunk.getSnapshot().size();
            case EVENTS -> events(chunk.getEvents());
            case PART_NOT_SET -> throw new BackupException("expected a known kind of chunk, but found a later one");
        }
    }

    private void events(EventRun run) {
        if (run.getFirstSequence() != tree.size() + 1) {
            throw new BackupException("expected the events from sequence " + (tree.size() + 1) + " on, but found "
                    + run.getFirstSequence());
        }
        for (ByteString event : run.getEventsList()) {
            byte[] bytes = event.toByteArray();
            long expected = tree.size() + 1;
            try {
                long found = RecordedHeader.read(bytes).sequence();
                if (found != expected) {
                    throw new BackupException("expected sequence " + expected + ", but found " + found);
                }
            } catch (MalformedRecord e) {
                throw new BackupException("expected a recorded event as sequence " + expected + ", but found none", e);
            }
            tree.append(hasher.leaf(bytes));
        }
    }

    /**
     * Ends the check.
     *
     * @throws BackupException when something is missing, or the history is not the one the root stands for
     */
    public ExportHeader finish() {
        ExportHeader stated = header;
        if (stated == null) {
            throw new BackupException("expected a header, but found none");
        }
        if (snapshotBytes != stated.getSnapshotBytes()) {
            throw new BackupException(
                    "expected a snapshot of " + stated.getSnapshotBytes() + " bytes, but found " + snapshotBytes);
        }
        if (tree.size() != stated.getLastSequence()) {
            throw new BackupException("expected events through sequence " + stated.getLastSequence()
                    + ", but found the last to be " + tree.size());
        }
        byte[] root = tree.root().bytes();
        if (!Arrays.equals(root, stated.getTreeRoot().toByteArray())) {
            throw new BackupException("expected the tree root "
                    + HexFormat.of().formatHex(stated.getTreeRoot().toByteArray()) + ", but found "
                    + HexFormat.of().formatHex(root) + ": some event is not the one that was recorded");
        }
        return stated;
    }

    /** Events seen so far. */
    public long events() {
        return tree.size();
    }
}

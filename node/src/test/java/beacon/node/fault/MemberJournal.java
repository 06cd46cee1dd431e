package beacon.node.fault;

import beacon.index.journal.file.OfflineJournal;
import beacon.index.log.RecordReader;
import beacon.index.tree.Hash;
import beacon.index.tree.TreeFrontier;
import beacon.index.tree.TreeHasher;
import beacon.proto.v1.RecordedEvent;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What the journal of a stopped member holds, read from its files.
 *
 * @param root of the tree over the records, computed here
 * @param digest SHA-256 over the records, each after its length
 */
record MemberJournal(List<RecordedEvent> events, Hash root, String digest) {
    MemberJournal {
        events = List.copyOf(events);
    }

    static MemberJournal read(Path data) {
        List<RecordedEvent> events = new ArrayList<>();
        TreeFrontier frontier = new TreeFrontier();
        TreeHasher hasher = new TreeHasher();
        MessageDigest digest = sha256();
        try (OfflineJournal journal = new OfflineJournal(data.resolve("journal"));
                RecordReader reader = journal.readFrom(1)) {
            for (long last = journal.lastSequence(); events.size() < last && reader.next(); ) {
                byte[] record = reader.copy();
                digest.update(
                        new byte[] {(byte) (record.length >> 16), (byte) (record.length >> 8), (byte) record.length});
                digest.update(record);
                frontier.append(hasher.leaf(record));
                events.add(RecordedEvent.parseFrom(record));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("expected record " + (events.size() + 1) + " to be an event", e);
        }
        return new MemberJournal(events, frontier.root(), HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public String toString() {
        return "journal of " + events.size() + " events, root " + root + ", digest " + digest;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}

package beacon.index.state;

import beacon.index.log.RequestId;
import beacon.model.Event;
import beacon.model.Reason;
import beacon.model.Refusal;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state of one moment, ready to be written, and the way back. The format is a version number, then sections in a
 * fixed order, each a count and its items; integers are varints. The caller frames it and keeps a checksum.
 */
public final class IndexSnapshot {
    private static final int FORMAT = 3;
    /** Had no tombstones and holds. */
    private static final int FORMAT_WITHOUT_DELETIONS = 2;
    /** Had no keys. */
    private static final int FORMAT_WITHOUT_KEYS = 1;

    private static final int PAGE = 1024;

    private final IndexView view;
    private final RequestMemory requests;
    private final SortedMap<ByteString, Event.NodeChange> nodes;
    private final SortedMap<String, Long> beats;
    private final KeyTable keys;
    private final DeletionTable deletions;

    IndexSnapshot(
            IndexView view,
            RequestMemory requests,
            SortedMap<ByteString, Event.NodeChange> nodes,
            SortedMap<String, Long> beats,
            KeyTable keys,
            DeletionTable deletions) {
        this.view = view;
        this.requests = requests;
        this.nodes = nodes;
        this.beats = beats;
        this.keys = keys;
        this.deletions = deletions;
    }

    /** Last sequence that the snapshot contains. */
    public long lastSequence() {
        return view.lastSequence();
    }

    /** Writes the snapshot; equal states give equal bytes. */
    public void writeTo(CodedOutputStream out) throws IOException {
        out.writeUInt32NoTag(FORMAT);
        out.writeUInt64NoTag(view.lastSequence());
        out.writeUInt64NoTag(view.lastTimeUnixMicros());
        writeNodesAndBeats(out);
        keys.writeTo(out);
        deletions.writeTo(out);
        writeRequests(out);
        writePointers(out);
    }

    private void writeNodesAndBeats(CodedOutputStream out) throws IOException {
        out.writeUInt32NoTag(nodes.size());
        for (var node : nodes.entrySet()) {
            out.writeBytesNoTag(node.getKey());
            out.writeStringNoTag(node.getValue().name());
        }
        out.writeUInt32NoTag(beats.size());
        for (var beat : beats.entrySet()) {
            out.writeStringNoTag(beat.getKey());
            out.writeUInt64NoTag(beat.getValue());
        }
    }

    private void writeRequests(CodedOutputStream out) throws IOException {
        out.writeUInt32NoTag(requests.capacity());
        out.writeUInt64NoTag(requests.horizon());
        out.writeUInt32NoTag(requests.size());
        IOException[] failure = new IOException[1];
        requests.forEach((id, answer, answeredAt) -> {
            try {
                if (failure[0] == null) {
                    writeRequest(out, id, answer, answeredAt);
                }
            } catch (IOException e) {
                failure[0] = e;
            }
        });
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private static void writeRequest(CodedOutputStream out, RequestId id, RequestMemory.Answer answer, long answeredAt)
            throws IOException {
        out.writeFixed64NoTag(id.high());
        out.writeFixed64NoTag(id.low());
        out.writeFixed64NoTag(answer.fingerprint());
        out.writeUInt32NoTag(answer.count());
        Refusal refusal = answer.refusal();
        if (refusal == null) {
            out.writeUInt64NoTag(answer.firstSequence());
        } else {
            out.writeUInt64NoTag(answeredAt);
            out.writeStringNoTag(refusal.reason().name());
            out.writeStringNoTag(refusal.message());
            out.writeStringNoTag(refusal.address());
            out.writeUInt64NoTag(refusal.currentRevision());
        }
    }

    private void writePointers(CodedOutputStream out) throws IOException {
        out.writeUInt32NoTag(view.size());
        String after = null;
        List<PointerEntry> page = view.scan("", null, PAGE);
        while (!page.isEmpty()) {
            for (PointerEntry entry : page) {
                writePointer(out, entry);
            }
            after = page.get(page.size() - 1).key();
            page = view.scan("", after, PAGE);
        }
    }

    private static void writePointer(CodedOutputStream out, PointerEntry entry) throws IOException {
        out.writeByteArrayNoTag(entry.keyBytes());
        out.writeBytesNoTag(entry.cid());
        out.writeUInt64NoTag(entry.lastEvent());
        out.writeUInt32NoTag((int) entry.revision());
        long before = 0;
        for (long revision = 1; revision <= entry.revision(); revision++) {
            long sequence = entry.sequenceOf(revision);
            out.writeUInt64NoTag(sequence - before);
            before = sequence;
        }
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @throws IOException when the bytes are not a snapshot of a known format
     */
    public static IndexState read(CodedInputStream in) throws IOException {
        int format = in.readUInt32();
        if (format < FORMAT_WITHOUT_KEYS || format > FORMAT) {
            throw new IOException(
                    "expected snapshot format %d to %d, but found %d".formatted(FORMAT_WITHOUT_KEYS, FORMAT, format));
        }
        long lastSequence = in.readUInt64();
        long lastTime = in.readUInt64();
        SortedMap<ByteString, Event.NodeChange> nodes = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
        for (int left = in.readUInt32(); left > 0; left--) {
            nodes.put(in.readBytes(), Event.NodeChange.valueOf(in.readString()));
        }
        SortedMap<String, Long> beats = new TreeMap<>();
        for (int left = in.readUInt32(); left > 0; left--) {
            beats.put(in.readString(), in.readUInt64());
        }
        KeyTable keys = format == FORMAT_WITHOUT_KEYS ? new KeyTable() : KeyTable.read(in);
        DeletionTable deletions = format <= FORMAT_WITHOUT_DELETIONS ? new DeletionTable() : DeletionTable.read(in);
        RequestMemory requests = readRequests(in);
        PointerTable pointers = readPointers(in);
        IndexState state = new IndexState(pointers, requests, nodes, beats, keys, deletions);
        state.restorePosition(lastSequence, lastTime);
        return state;
    }

    private static RequestMemory readRequests(CodedInputStream in) throws IOException {
        RequestMemory requests = new RequestMemory(in.readUInt32());
        requests.restoreHorizon(in.readUInt64());
        for (int left = in.readUInt32(); left > 0; left--) {
            RequestId id = new RequestId(in.readFixed64(), in.readFixed64());
            long fingerprint = in.readFixed64();
            int count = in.readUInt32();
            long sequence = in.readUInt64();
            if (count > 0) {
                requests.accepted(id, fingerprint, sequence, count);
            } else {
                requests.refused(id, fingerprint, readRefusal(in), sequence);
            }
        }
        return requests;
    }

    private static Refusal readRefusal(CodedInputStream in) throws IOException {
        Reason reason = Reason.valueOf(in.readString());
        return new Refusal(reason, in.readString(), in.readString(), in.readUInt64(), "", 0, 0);
    }

    private static PointerTable readPointers(CodedInputStream in) throws IOException {
        PointerTable pointers = new PointerTable();
        for (int left = in.readUInt32(); left > 0; left--) {
            byte[] key = in.readByteArray();
            byte[] cid = in.readByteArray();
            long lastEvent = in.readUInt64();
            long[] revisions = new long[in.readUInt32()];
            long before = 0;
            for (int i = 0; i < revisions.length; i++) {
                before += in.readUInt64();
                revisions[i] = before;
            }
            pointers.put(PointerEntry.restore(key, cid, lastEvent, revisions));
        }
        return pointers;
    }
}

package beacon.index.ratis;

import beacon.index.log.Append;
import beacon.index.log.Precondition;
import beacon.index.log.RequestId;
import beacon.index.state.LogBatch;
import beacon.proto.v1.LogAppend;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Between a batch and the bytes of its Raft entry ({@code storage.proto}). Written by hand, because every member does this
 * for every append: what the generated classes would copy is written once and read as slices of one array.
 */
final class LogBatchCodec {
    private static final int FORMAT = 1;
    private static final int TAG_FORMAT = tag(1, WireFormat.WIRETYPE_VARINT);
    private static final int TAG_TIME = tag(2, WireFormat.WIRETYPE_VARINT);
    private static final int TAG_APPEND = tag(3, WireFormat.WIRETYPE_LENGTH_DELIMITED);

    private static final int TAG_ACTOR = tag(1, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final int TAG_REQUEST_ID = tag(2, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final int TAG_FINGERPRINT = tag(3, WireFormat.WIRETYPE_FIXED64);
    private static final int TAG_ISSUED_AT = tag(4, WireFormat.WIRETYPE_VARINT);
    private static final int TAG_PRECONDITION = tag(5, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final int TAG_EVENT = tag(6, WireFormat.WIRETYPE_LENGTH_DELIMITED);

    private LogBatchCodec() {}

    private static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }

    static byte[] encode(LogBatch batch) {
        try {
            int size = CodedOutputStream.computeUInt32Size(1, FORMAT)
                    + CodedOutputStream.computeInt64Size(2, batch.timeUnixMicros());
            int[] sizes = new int[batch.appends().size()];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = sizeOf(batch.appends().get(i));
                size += 1 + CodedOutputStream.computeUInt32SizeNoTag(sizes[i]) + sizes[i];
            }
            byte[] bytes = new byte[size];
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeUInt32(1, FORMAT);
            out.writeInt64(2, batch.timeUnixMicros());
            for (int i = 0; i < sizes.length; i++) {
                out.writeUInt32NoTag(TAG_APPEND);
                out.writeUInt32NoTag(sizes[i]);
                write(batch.appends().get(i), out);
            }
            out.checkNoSpaceLeft();
            return bytes;
        } catch (IOException e) {
            throw new IllegalStateException("expected to write to memory, but could not", e);
        }
    }

    private static int sizeOf(Append append) {
        int size = CodedOutputStream.computeStringSize(1, append.actor())
                + 2
                + RequestId.BYTES
                + CodedOutputStream.computeFixed64Size(3, append.fingerprint())
                + CodedOutputStream.computeUInt64Size(4, append.issuedAtSequence());
        for (Precondition wanted : append.preconditions()) {
            size += CodedOutputStream.computeMessageSize(5, encode(wanted));
        }
        for (ByteString event : append.events()) {
            size += CodedOutputStream.computeBytesSize(6, event);
        }
        return size;
    }

    private static void write(Append append, CodedOutputStream out) throws IOException {
        out.writeString(1, append.actor());
        out.writeUInt32NoTag(TAG_REQUEST_ID);
        out.writeUInt32NoTag(RequestId.BYTES);
        // Fixed-size fields are little-endian on the wire; the id is kept big-endian.
        out.writeFixed64NoTag(Long.reverseBytes(append.requestId().high()));
        out.writeFixed64NoTag(Long.reverseBytes(append.requestId().low()));
        out.writeFixed64(3, append.fingerprint());
        out.writeUInt64(4, append.issuedAtSequence());
        for (Precondition wanted : append.preconditions()) {
            out.writeMessage(5, encode(wanted));
        }
        for (ByteString event : append.events()) {
            out.writeBytes(6, event);
        }
    }

    private static beacon.proto.v1.Precondition encode(Precondition wanted) {
        return beacon.proto.v1.Precondition.newBuilder()
                .setAddress(wanted.key())
                .setExpectedRevision(wanted.expectedRevision())
                .build();
    }

    /**
     * Reads the bytes of an entry; they are copied once.
     *
     * @throws IllegalStateException when they are of an unknown format: the entry comes from a newer member
     */
    static LogBatch decode(ByteBuffer entry) {
        byte[] bytes = new byte[entry.remaining()];
        entry.get(bytes);
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        in.enableAliasing(true);
        try {
            int format = 0;
            long time = 0;
            List<Append> appends = new ArrayList<>();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == TAG_FORMAT) {
                    format = in.readUInt32();
                } else if (tag == TAG_TIME) {
                    time = in.readInt64();
                } else if (tag == TAG_APPEND) {
                    int limit = in.pushLimit(in.readRawVarint32());
                    appends.add(append(in));
                    in.popLimit(limit);
                } else {
                    throw unknown(tag);
                }
            }
            if (format != FORMAT) {
                throw new IllegalStateException("expected log entries of format %d, but found %d; upgrade this member"
                        .formatted(FORMAT, format));
            }
            return new LogBatch(time, appends);
        } catch (IOException e) {
            throw new IllegalStateException("expected a log entry, but found other bytes", e);
        }
    }

    private static Append append(CodedInputStream in) throws IOException {
        String actor = "";
        RequestId id = new RequestId(0, 0);
        long fingerprint = 0;
        long issuedAt = 0;
        List<Precondition> preconditions = List.of();
        List<ByteString> events = new ArrayList<>(1);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == TAG_ACTOR) {
                actor = in.readString();
            } else if (tag == TAG_REQUEST_ID) {
                int limit = in.pushLimit(in.readRawVarint32());
                id = new RequestId(Long.reverseBytes(in.readFixed64()), Long.reverseBytes(in.readFixed64()));
                in.popLimit(limit);
            } else if (tag == TAG_FINGERPRINT) {
                fingerprint = in.readFixed64();
            } else if (tag == TAG_ISSUED_AT) {
                issuedAt = in.readUInt64();
            } else if (tag == TAG_PRECONDITION) {
                preconditions = new ArrayList<>(preconditions);
                preconditions.add(precondition(in.readByteArray()));
            } else if (tag == TAG_EVENT) {
                events.add(in.readBytes());
            } else {
                throw unknown(tag);
            }
        }
        return new Append(actor, id, fingerprint, issuedAt, preconditions, events);
    }

    private static Precondition precondition(byte[] bytes) throws IOException {
        beacon.proto.v1.Precondition wanted = beacon.proto.v1.Precondition.parseFrom(bytes);
        return new Precondition(wanted.getAddress(), wanted.getExpectedRevision());
    }

    private static IllegalStateException unknown(int tag) {
        return new IllegalStateException(
                "expected the fields of %s in a log entry, but found tag %d; upgrade this member"
                        .formatted(LogAppend.getDescriptor().getFullName(), tag));
    }
}

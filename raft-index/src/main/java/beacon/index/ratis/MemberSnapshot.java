package beacon.index.ratis;

import beacon.index.state.IndexSnapshot;
import beacon.index.state.IndexState;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * The state of one member at one moment with its place in the Raft log: what a snapshot file holds and what travels to a
 * member that catches up. Bytes: magic, term, index, tree frontier, state, then SHA-256 of all that.
 */
final class MemberSnapshot {
    private static final byte[] MAGIC = {'B', 'E', 'A', 'C', 'O', 'N', 'S', '1'};
    private static final int DIGEST_BYTES = 32;

    private final TermIndex position;
    private final byte[] frontier;
    private final IndexSnapshot state;

    MemberSnapshot(TermIndex position, byte[] frontier, IndexSnapshot state) {
        this.position = position;
        this.frontier = frontier;
        this.state = state;
    }

    /** A snapshot that was read back. */
    @SuppressWarnings("ArrayRecordComponent") // Taken apart at once; never compared.
    record Restored(TermIndex position, byte[] frontier, IndexState state) {}

    TermIndex position() {
        return position;
    }

    long lastSequence() {
        return state.lastSequence();
    }

    void writeTo(OutputStream target) throws IOException {
        MessageDigest digest = sha256();
        CodedOutputStream out = CodedOutputStream.newInstance(new Digesting(target, digest), 1 << 16);
        out.writeRawBytes(MAGIC);
        out.writeUInt64NoTag(position.getTerm());
        out.writeUInt64NoTag(position.getIndex());
        out.writeByteArrayNoTag(frontier);
        state.writeTo(out);
        out.flush();
        target.write(digest.digest());
        target.flush();
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @throws IOException when the bytes are damaged, incomplete or of another format
     */
    static Restored read(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining() - DIGEST_BYTES;
        if (length < MAGIC.length) {
            throw new IOException("expected a snapshot, but found %d bytes".formatted(bytes.remaining()));
        }
        MessageDigest digest = sha256();
        digest.update(bytes.slice(bytes.position(), length));
        byte[] expected = new byte[DIGEST_BYTES];
        bytes.slice(bytes.position() + length, DIGEST_BYTES).get(expected);
        if (!MessageDigest.isEqual(expected, digest.digest())) {
            throw new IOException("expected the snapshot's digest to match its bytes, but found a difference");
        }
        CodedInputStream in = CodedInputStream.newInstance(bytes.slice(bytes.position(), length));
        if (!java.util.Arrays.equals(in.readRawBytes(MAGIC.length), MAGIC)) {
            throw new IOException("expected a snapshot of format 1, but found another magic number");
        }
        TermIndex position = TermIndex.valueOf(in.readUInt64(), in.readUInt64());
        byte[] frontier = in.readByteArray();
        return new Restored(position, frontier, IndexSnapshot.read(in));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected a JDK with SHA-256", e);
        }
    }

    private static final class Digesting extends FilterOutputStream {
        private final MessageDigest digest;

        Digesting(OutputStream target, MessageDigest digest) {
            super(target);
            this.digest = digest;
        }

        @Override
        public void write(int b) throws IOException {
            digest.update((byte) b);
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            digest.update(bytes, offset, length);
            out.write(bytes, offset, length);
        }
    }
}

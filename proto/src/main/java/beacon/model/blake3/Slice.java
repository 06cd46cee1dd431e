package beacon.model.blake3;

import static beacon.model.blake3.Compression.BLOCK_BYTES;
import static beacon.model.blake3.Compression.CHUNK_BYTES;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A part of some bytes with what proves it against the BLAKE3 hash of all: the length of all, then in pre-order the
 * parents on the way and the chunks the part touches. This is the Bao slice format; the slice of everything is its
 * combined encoding. A part of no bytes counts as one byte, and a part behind the end brings the last chunk, which
 * proves the length.
 *
 * @param contentBytes length of all as the slice claims it; proven only if the slice brings the last chunk
 * @param bytes the part, cut to what there is
 */
public record Slice(long contentBytes, ByteString bytes) {
    private static final int HEADER_BYTES = 8;

    /** Cuts a slice. */
    public static byte[] extract(byte[] content, long start, long length) {
        Range range = new Range(start, length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(content.length)
                .array());
        extract(content, new Part(0, content.length, true), range, new Subtree(Mode.HASH), out);
        return out.toByteArray();
    }

    private static void extract(byte[] content, Part part, Range range, Subtree tree, ByteArrayOutputStream out) {
        if (!range.touches(part)) {
            return;
        }
        if (part.isChunk()) {
            out.write(content, (int) part.start, (int) part.length);
            return;
        }
        out.writeBytes(bytes(value(content, part.left(), tree)));
        out.writeBytes(bytes(value(content, part.right(), tree)));
        extract(content, part.left(), range, tree, out);
        extract(content, part.right(), range, tree, out);
    }

    private static int[] value(byte[] content, Part part, Subtree tree) {
        return tree.value(content, (int) part.start, (int) part.length, part.start / CHUNK_BYTES);
    }

    /**
     * Checks a slice that somebody sent. Reads no further than the tree goes, and allocates no more than was sent.
     *
     * @param root the hash of everything
     * @throws BadSliceException if any byte of the slice is not what the root and the part call for
     */
    public static Slice verify(byte[] root, long start, long length, byte[] slice) {
        if (root.length != Blake3.DIGEST_BYTES) {
            throw new IllegalArgumentException(
                    "expected a root of " + Blake3.DIGEST_BYTES + " bytes, but found " + root.length);
        }
        if (slice.length < HEADER_BYTES) {
            throw new BadSliceException("expected a length of " + HEADER_BYTES + " bytes, but found " + slice.length);
        }
        ByteBuffer in = ByteBuffer.wrap(slice).order(ByteOrder.LITTLE_ENDIAN);
        long contentBytes = in.getLong();
        if (contentBytes < 0) {
            throw new BadSliceException(
                    "expected a length below 2^63, but found " + Long.toUnsignedString(contentBytes));
        }
        Range range = new Range(start, length);
        Verification verification = new Verification(in, range, new Subtree(Mode.HASH), new ByteArrayOutputStream());
        verification.walk(new Part(0, contentBytes, true), root, true);
        if (in.hasRemaining()) {
            throw new BadSliceException("expected the end of the slice, but found " + in.remaining() + " bytes");
        }
        return new Slice(contentBytes, ByteString.copyFrom(verification.out.toByteArray()));
    }

    private static byte[] bytes(int[] value) {
        byte[] bytes = new byte[4 * value.length];
        for (int i = 0; i < value.length; i++) {
            Compression.write(bytes, 4 * i, value[i]);
        }
        return bytes;
    }

    /** A subtree. {@code last}: it ends where everything ends. */
    private record Part(long start, long length, boolean last) {
        boolean isChunk() {
            return length <= CHUNK_BYTES;
        }

        Part left() {
            return new Part(start, Subtree.leftBytes(length), false);
        }

        Part right() {
            long left = Subtree.leftBytes(length);
            return new Part(start + left, length - left, last);
        }
    }

    /** What was asked for. */
    private record Range(long start, long length) {
        Range {
            if (start < 0 || length < 0) {
                throw new IllegalArgumentException(
                        "expected a start and a length from 0, but found " + start + " and " + length);
            }
        }

        private long end(long bytes) {
            return bytes > Long.MAX_VALUE - start ? Long.MAX_VALUE : start + bytes;
        }

        boolean touches(Part part) {
            boolean before = part.start + part.length <= start && !part.last;
            return !before && part.start < end(Math.max(1, length));
        }

        int from(Part chunk) {
            return within(chunk, start);
        }

        int to(Part chunk) {
            return within(chunk, end(length));
        }

        private static int within(Part chunk, long at) {
            return (int) Math.max(0, Math.min(chunk.length, at - chunk.start));
        }
    }

    private record Verification(ByteBuffer in, Range range, Subtree tree, ByteArrayOutputStream out) {
        void walk(Part part, byte[] expected, boolean root) {
            if (!range.touches(part)) {
                return;
            }
            byte[] sent = take(part.isChunk() ? (int) part.length : BLOCK_BYTES);
            Node node = part.isChunk() ? tree.node(sent, 0, sent.length, part.start / CHUNK_BYTES) : parent(sent);
            byte[] found = root ? node.root(Blake3.DIGEST_BYTES) : bytes(node.value());
            if (!Arrays.equals(expected, found)) {
                throw new BadSliceException("expected the %s at byte %d to match the root, but found other bytes"
                        .formatted(part.isChunk() ? "chunk" : "parent", part.start));
            }
            if (part.isChunk()) {
                out.write(sent, range.from(part), range.to(part) - range.from(part));
            } else {
                walk(part.left(), Arrays.copyOfRange(sent, 0, BLOCK_BYTES / 2), false);
                walk(part.right(), Arrays.copyOfRange(sent, BLOCK_BYTES / 2, BLOCK_BYTES), false);
            }
        }

        private Node parent(byte[] sent) {
            int[] block = new int[BLOCK_BYTES / 4];
            for (int i = 0; i < block.length; i++) {
                block[i] = Compression.read(sent, 4 * i);
            }
            return Node.parent(Arrays.copyOfRange(block, 0, 8), Arrays.copyOfRange(block, 8, 16), tree.mode());
        }

        private byte[] take(int bytes) {
            if (in.remaining() < bytes) {
                throw new BadSliceException("expected " + bytes + " bytes more, but found " + in.remaining());
            }
            byte[] taken = new byte[bytes];
            in.get(taken);
            return taken;
        }
    }
}

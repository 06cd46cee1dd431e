package beacon.node.tree;

import beacon.node.tree.TreeException.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Lets so many bytes through and no more, so that an archive cannot have a header that fills the memory. */
final class BoundedHeaders extends FilterInputStream {
    private long left;

    BoundedHeaders(InputStream in) {
        super(in);
    }

    void allow(long bytes) {
        left = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length > 0 && left == 0) {
            throw new TreeException(Reason.NOT_A_TREE, "expected headers of a few paths, but found one that is longer");
        }
        int count = super.read(target, offset, (int) Math.min(length, left));
        left -= Math.max(0, count);
        return count;
    }

    @Override
    public long skip(long bytes) throws IOException {
        return super.skip(Math.min(bytes, left));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

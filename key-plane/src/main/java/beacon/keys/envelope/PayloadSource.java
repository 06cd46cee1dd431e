package beacon.keys.envelope;

import java.io.IOException;

/** Random access to a sealed payload without its nonce, wherever its blocks are. */
public interface PayloadSource {
    /** Bytes of all sealed chunks. */
    long sizeBytes();

    /** Fills {@code length} bytes of the target from the given position, or fails. */
    void read(long position, byte[] target, int offset, int length) throws IOException;
}

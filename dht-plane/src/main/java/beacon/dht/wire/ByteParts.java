package beacon.dht.wire;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Bytes where they lie, in order, as arrays: for ciphers and hashes, to which read-only buffers are copied first. */
public final class ByteParts {
    private ByteParts() {}

    /** Reads a part; must neither change nor keep the array. */
    public interface Reader {
        void part(byte[] array, int offset, int length);
    }

    /** Shows all parts to a reader. */
    public static void read(ByteString bytes, Reader reader) {
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, new ToReader(reader));
        } catch (IOException e) {
            throw new UncheckedIOException("expected bytes in memory", e);
        }
    }

    private static final class ToReader extends ByteOutput {
        private final Reader reader;

        ToReader(Reader reader) {
            this.reader = reader;
        }

        @Override
        public void write(byte value) {
            reader.part(new byte[] {value}, 0, 1);
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            reader.part(value, offset, length);
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            reader.part(value, offset, length);
        }

        @Override
        public void write(ByteBuffer value) {
            byte[] copy = new byte[value.remaining()];
            value.get(copy);
            reader.part(copy, 0, copy.length);
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            write(value);
        }
    }
}

package beacon.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BytePartsTest {
    private static final ByteString HEAP = ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5});

    @Test
    void showsEveryByteOnceAndInOrder() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(3);
        buffer.put(new byte[] {6, 7, 8}).flip();
        // Longer than what a rope copies together.
        ByteString rope = HEAP.substring(1, 4)
                .concat(ByteString.copyFrom(new byte[500]))
                .concat(UnsafeByteOperations.unsafeWrap(buffer))
                .concat(ByteString.copyFrom(new byte[700]))
                .substring(1, 1100);

        assertThat(read(rope)).isEqualTo(rope);
        assertThat(read(ByteString.EMPTY)).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void showsAnArrayWhereItLies() {
        byte[] array = new byte[1000];
        ByteParts.read(
                UnsafeByteOperations.unsafeWrap(array, 10, 900),
                (shown, offset, length) -> assertThat(shown == array && offset == 10 && length == 900)
                        .isTrue());
    }

    private static ByteString read(ByteString bytes) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        ByteParts.read(bytes, read::write);
        return ByteString.copyFrom(read.toByteArray());
    }
}

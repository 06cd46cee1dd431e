package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

/** Bytes wait in the order they came and cost little more than themselves. */
class InboxTest {
    @Test
    void singleBytesShareSegments() {
        Inbox inbox = new Inbox();
        byte[] one = new byte[1];
        for (int i = 0; i < 256 << 10; i++) {
            one[0] = (byte) i;
            inbox.add(one, 0, 1);
        }

        int taken = 0;
        int pieces = 0;
        for (ByteString piece = inbox.take(); !piece.isEmpty(); piece = inbox.take()) {
            assertThat(piece.byteAt(0)).isEqualTo((byte) taken);
            taken += piece.size();
            pieces++;
        }
        assertThat(taken).isEqualTo(256 << 10);
        assertThat(pieces).isLessThan(8);
    }

    @Test
    void theEndComesAfterTheBytes() {
        Inbox inbox = new Inbox();
        inbox.add(new byte[3], 0, 3);
        inbox.end();

        assertThat(inbox.isAtEnd()).isFalse();
        assertThat(inbox.take().size()).isEqualTo(3);
        assertThat(inbox.isAtEnd()).isTrue();
    }

    @Test
    void whatIsClearedIsCounted() {
        Inbox inbox = new Inbox();
        inbox.add(new byte[1000], 0, 1000);

        assertThat(inbox.clear()).isEqualTo(1000);
        assertThat(inbox.take()).isEqualTo(ByteString.EMPTY);
    }
}

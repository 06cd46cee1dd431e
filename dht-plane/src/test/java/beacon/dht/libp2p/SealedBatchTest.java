package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What goes in piece by piece comes out as one noise message that opens to the same bytes. */
class SealedBatchTest {
    private static final byte[] NONE = new byte[0];

    private final byte[] key = RawPeer.random(32);
    private final SealedBatch batch = new SealedBatch(Aead.sealing(key));
    private final Aead opener = Aead.opening(key);

    private byte[] open() throws Exception {
        ByteBuf out = batch.end(UnpooledByteBufAllocator.DEFAULT);
        try {
            int length = out.readUnsignedShort();
            assertThat(out.readableBytes()).isEqualTo(length);
            byte[] sealed = new byte[length];
            out.readBytes(sealed);
            byte[] plain = new byte[length - Aead.TAG_BYTES];
            assertThat(opener.next(NONE, sealed, 0, length, plain, 0)).isEqualTo(plain.length);
            return plain;
        } finally {
            out.release();
        }
    }

    @Property(tries = 200)
    void anyPiecesAreOneMessage(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        for (int message = 0; message < 2; message++) {
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            for (int i = random.nextInt(12); i >= 0; i--) {
                // A rope, as a message with its length in front is one.
                ByteString piece = ByteString.copyFrom(RawPeer.random(1 + random.nextInt(5000)))
                        .concat(ByteString.copyFrom(RawPeer.random(1 + random.nextInt(5000))));
                int offset = random.nextInt(piece.size());
                int length = Math.min(random.nextInt(piece.size() - offset), batch.room());
                batch.add(piece, offset, length);
                expected.writeBytes(piece.substring(offset, offset + length).toByteArray());
            }
            if (!batch.isEmpty()) {
                assertThat(open()).isEqualTo(expected.toByteArray());
            }
        }
    }

    @Test
    void aFullMessageIsAsLongAsNoiseAllows() throws Exception {
        byte[] bytes = RawPeer.random(Scratch.MAX_PLAIN_BYTES);
        batch.add(bytes, 0, 100);
        batch.add(bytes, 100, bytes.length - 100);

        assertThat(batch.room()).isZero();
        assertThat(open()).isEqualTo(bytes);
        assertThat(batch.room()).isEqualTo(Scratch.MAX_PLAIN_BYTES);
    }
}

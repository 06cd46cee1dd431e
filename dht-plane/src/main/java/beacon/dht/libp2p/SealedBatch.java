package beacon.dht.libp2p;

import beacon.dht.wire.ByteParts;
import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.GeneralSecurityException;

/**
 * Frames on their way into one noise message. What is added is sealed at once, straight from where it lies, so bulk data
 * is read once by the cipher and copied once to where the socket takes it from.
 */
final class SealedBatch {
    private static final byte[] NONE = new byte[0];
    private static final int LENGTH_BYTES = 2;
    /** Where the sealed bytes begin: the data behind the first frame's header then lies on a boundary of vectors. */
    private static final int SEALED_AT = 4;

    private final Aead cipher;
    /** The length, then what is sealed so far. */
    private byte[] message = NONE;

    private int plainBytes;

    SealedBatch(Aead cipher) {
        this.cipher = cipher;
    }

    boolean isEmpty() {
        return plainBytes == 0;
    }

    /** Bytes that the message has room for. */
    int room() {
        return Scratch.MAX_PLAIN_BYTES - plainBytes;
    }

    void add(ByteString bytes, int offset, int length) {
        ByteParts.read(bytes.substring(offset, offset + length), this::add);
    }

    void add(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return;
        }
        try {
            if (plainBytes == 0) {
                cipher.begin();
            }
            ensureCapacity(SEALED_AT + plainBytes + length + Aead.TAG_BYTES);
            plainBytes += cipher.update(bytes, offset, length, message, SEALED_AT + plainBytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected bytes to be sealed", e);
        }
    }

    private void ensureCapacity(int bytes) {
        if (bytes > message.length) {
            byte[] larger = Scratch.local().take(bytes);
            System.arraycopy(message, 0, larger, 0, Math.min(message.length, SEALED_AT + plainBytes));
            Scratch.local().giveBack(message);
            message = larger;
        }
    }

    /** The message as it goes to the socket; the next one begins. */
    ByteBuf end(ByteBufAllocator allocator) {
        int length = plainBytes + Aead.TAG_BYTES;
        try {
            cipher.end(message, SEALED_AT + plainBytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected a message to be sealed", e);
        }
        int start = SEALED_AT - LENGTH_BYTES;
        message[start] = (byte) (length >>> 8);
        message[start + 1] = (byte) length;
        ByteBuf out = allocator.directBuffer(LENGTH_BYTES + length).writeBytes(message, start, LENGTH_BYTES + length);
        discard();
        return out;
    }

    /** Forgets what was not sent; nothing can be sent after it. */
    void discard() {
        Scratch.local().giveBack(message);
        message = NONE;
        plainBytes = 0;
    }
}

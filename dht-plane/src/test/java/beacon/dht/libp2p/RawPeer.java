package beacon.dht.libp2p;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.Multistream;
import beacon.dht.wire.NoisePayload;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;

/** A peer that keeps to no rules: it writes whatever a test wants, before, in and after the handshake. */
final class RawPeer implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] NONE = new byte[0];

    private final SocketChannel channel;
    private final Socket socket;
    private final PeerKeys keys;
    private final NoiseXx.KeyPair staticKeys = pair();
    private NoiseXx noise = new NoiseXx(true, NONE, staticKeys, pair());
    private Aead sender;
    private Aead receiver;

    private RawPeer(Multiaddr to) {
        try {
            InetSocketAddress address = TcpTransport.socketAddress(to).orElseThrow();
            channel = SocketChannel.open(address);
            socket = channel.socket();
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keys = new PeerKeys(random(32));
    }

    private static NoiseXx.KeyPair pair() {
        return new NoiseXx.KeyPair(random(32));
    }

    static byte[] random(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** A connection on which nothing was sent. */
    static RawPeer connect(Multiaddr to) {
        return new RawPeer(to);
    }

    /** A connection whose handshake is through. */
    static RawPeer secured(Multiaddr to) {
        RawPeer peer = new RawPeer(to);
        peer.startNoise();
        peer.readNoiseMessage();
        peer.sendIdentity(peer.keys, peer.keys);
        return peer;
    }

    void startNoise() {
        send(Multistream.encode(Multistream.HEADER)
                .concat(Multistream.encode(Identity.NOISE))
                .toByteArray());
        sendPrefixed(noise.write(NONE));
    }

    /** Reads the multistream answers and the listener's noise message. */
    void readNoiseMessage() {
        int skip = Multistream.encode(Multistream.HEADER).size()
                + Multistream.encode(Identity.NOISE).size();
        receive(skip);
        byte[] length = receive(2);
        noise.read(receive(((length[0] & 0xff) << 8) | (length[1] & 0xff)));
    }

    /** Sends the third message: the identity of one key, signed by another. */
    void sendIdentity(PeerKeys shown, PeerKeys signer) {
        ByteString signature = signer.sign(NoisePayload.signedBytes(ByteString.copyFrom(staticKeys.open())));
        byte[] payload = new NoisePayload(shown.publicKey().serialised(), signature, List.of(Identity.YAMUX))
                .toBytes()
                .toByteArray();
        sendPrefixed(noise.write(payload));
        sender = noise.sender();
        receiver = noise.receiver();
    }

    PeerKeys keys() {
        return keys;
    }

    NoiseXx noise() {
        return noise;
    }

    void sendPrefixed(byte[] message) {
        byte[] framed = new byte[2 + message.length];
        framed[0] = (byte) (message.length >>> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, 2, message.length);
        send(framed);
    }

    /** Sends bytes; false when the other end has closed. */
    boolean send(byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    byte[] seal(byte[] plain) {
        try {
            byte[] sealed = new byte[plain.length + Aead.TAG_BYTES];
            sender.next(NONE, plain, 0, plain.length, sealed, 0);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends bytes of yamux inside noise; false when the other end has closed. */
    boolean sendSealed(byte[] plain) {
        byte[] sealed = seal(plain);
        byte[] framed = new byte[2 + sealed.length];
        framed[0] = (byte) (sealed.length >>> 8);
        framed[1] = (byte) sealed.length;
        System.arraycopy(sealed, 0, framed, 2, sealed.length);
        return send(framed);
    }

    static byte[] frame(int type, int flags, int stream, int length, byte[] data) {
        byte[] frame = new byte[YamuxFrame.HEADER_BYTES + data.length];
        YamuxFrame.header(frame, type, flags, stream, length);
        System.arraycopy(data, 0, frame, YamuxFrame.HEADER_BYTES, data.length);
        return frame;
    }

    static byte[] open(int stream) {
        return frame(YamuxFrame.WINDOW_UPDATE, YamuxFrame.SYN, stream, 0, NONE);
    }

    static byte[] data(int stream, byte[] data) {
        return frame(YamuxFrame.DATA, 0, stream, data.length, data);
    }

    /** What opens a stream and asks for a protocol. */
    static byte[] openFor(int stream, String protocol) {
        byte[] ask = Multistream.encode(Multistream.HEADER)
                .concat(Multistream.encode(protocol))
                .toByteArray();
        return frame(YamuxFrame.DATA, YamuxFrame.SYN, stream, ask.length, ask);
    }

    private byte[] receive(int count) {
        try {
            byte[] bytes = new byte[count];
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new IOException("closed");
                }
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the other end closes; false when it does not in the time. */
    boolean isClosedWithin(int millis) {
        try {
            socket.setSoTimeout(millis);
            InputStream in = socket.getInputStream();
            long deadline = System.nanoTime() + millis * 1_000_000L;
            byte[] ignored = new byte[4096];
            while (System.nanoTime() < deadline) {
                if (in.read(ignored) < 0) {
                    return true;
                }
            }
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** The next yamux bytes inside noise. */
    byte[] receiveSealed() {
        try {
            byte[] prefix = receive(2);
            byte[] sealed = receive(((prefix[0] & 0xff) << 8) | (prefix[1] & 0xff));
            byte[] plain = new byte[sealed.length];
            int count = receiver.next(NONE, sealed, 0, sealed.length, plain, 0);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(plain, 0, count);
            return out.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes without reading until the other end takes no more; how much that was, at most the limit. */
    long sendUntilStuck(byte[] block, long limit, int patienceMillis) {
        try {
            channel.configureBlocking(false);
            long total = 0;
            ByteBuffer pending = ByteBuffer.allocate(0);
            long lastProgress = System.nanoTime();
            while (total < limit && System.nanoTime() - lastProgress < patienceMillis * 1_000_000L) {
                if (!pending.hasRemaining()) {
                    byte[] sealed = seal(block);
                    pending = ByteBuffer.allocate(2 + sealed.length);
                    pending.putShort((short) sealed.length).put(sealed).flip();
                }
                int written = channel.write(pending);
                if (written > 0) {
                    total += written;
                    lastProgress = System.nanoTime();
                } else {
                    java.util.concurrent.locks.LockSupport.parkNanos(200_000);
                }
            }
            return total;
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

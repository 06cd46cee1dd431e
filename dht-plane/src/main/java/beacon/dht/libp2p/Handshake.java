package beacon.dht.libp2p;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.wire.NoisePayload;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtocolChoice;
import beacon.dht.wire.PublicKeyBytes;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From the first byte of a connection to two ciphers and the proven name of the other peer: multistream-select for
 * noise, the three noise messages, the signature in their payload, and the muxer when both name one.
 */
final class Handshake {
    /** Longest noise message; a payload with an RSA-8192 key and its signature has some 2,300 bytes. */
    private static final int MAX_MESSAGE_BYTES = 8192;

    private final boolean dialler;
    private final Optional<PeerId> expected;
    private final Identity identity;
    private final NoiseXx noise;
    private final ProtocolChoice choice;
    private final Consumer<byte[]> out;
    private boolean chosen;
    private int lengthBytes;
    private int messageLength;
    private byte[] message = new byte[0];
    private int filled;
    private @Nullable PeerId remote;
    private @Nullable Result result;

    /**
     * A connection that may be used.
     *
     * @param remote proven to be the other side
     * @param muxer agreed on; empty when that is still to be negotiated
     */
    record Result(PeerId remote, Optional<String> muxer, Aead sender, Aead receiver) {}

    Handshake(boolean dialler, Optional<PeerId> expected, Identity identity, Consumer<byte[]> out) {
        this.dialler = dialler;
        this.expected = expected;
        this.identity = identity;
        this.out = out;
        this.noise = identity.handshake(dialler);
        this.choice = dialler
                ? ProtocolChoice.proposing(List.of(Identity.NOISE))
                : ProtocolChoice.answering(Identity.NOISE::equals);
    }

    /** Sends what can be sent before an answer: as the dialler, everything up to the first noise message. */
    void start() {
        send(choice.opening());
        if (dialler) {
            sendMessage(new byte[0]);
        }
    }

    /**
     * Takes bytes until the handshake is through.
     *
     * @return the result, once there is one
     * @throws WireException when the other side breaks the rules
     * @throws HostException when it is another peer than expected or proves nothing
     */
    Optional<Result> receive(ByteBuf in) {
        while (in.isReadable() && result == null) {
            byte next = in.readByte();
            if (!chosen) {
                ProtocolChoice.Step step = choice.accept(next);
                send(step.reply());
                chosen = step.chosen().isPresent();
            } else if (lengthBytes < 2) {
                messageLength = (messageLength << 8) | (next & 0xff);
                lengthBytes++;
                startMessage();
            } else {
                message[filled++] = next;
                if (filled == messageLength) {
                    lengthBytes = 0;
                    messageLength = 0;
                    take(message);
                }
            }
        }
        return Optional.ofNullable(result);
    }

    private void startMessage() {
        if (lengthBytes == 2) {
            if (messageLength == 0 || messageLength > MAX_MESSAGE_BYTES) {
                throw new WireException("expected a handshake message of 1 to %d bytes, but found %d"
                        .formatted(MAX_MESSAGE_BYTES, messageLength));
            }
            message = new byte[messageLength];
            filled = 0;
        }
    }

    private void take(byte[] received) {
        byte[] payload = noise.read(received);
        if (dialler) {
            Optional<String> muxer = check(payload);
            sendMessage(identity.payload());
            finish(muxer);
        } else if (noise.remoteStatic().length == 0) {
            sendMessage(identity.payload());
        } else {
            finish(check(payload));
        }
    }

    private Optional<String> check(byte[] payloadBytes) {
        NoisePayload payload = NoisePayload.parse(ByteString.copyFrom(payloadBytes));
        PublicKeyBytes key = PublicKeyBytes.parse(payload.identityKey());
        ByteString signed = NoisePayload.signedBytes(ByteString.copyFrom(noise.remoteStatic()));
        if (!Signatures.verify(key, signed, payload.signature())) {
            throw new HostException(
                    Reason.PROTOCOL, "expected the identity key to have signed the noise key, but found it has not");
        }
        PeerId peer = key.peerId();
        if (expected.isPresent() && !expected.get().equals(peer)) {
            throw new HostException(Reason.WRONG_PEER, "expected %s, but found %s".formatted(expected.get(), peer));
        }
        if (peer.equals(identity.keys().peerId())) {
            throw new HostException(Reason.WRONG_PEER, "expected another peer, but found this one");
        }
        remote = peer;
        if (payload.muxers().isEmpty()) {
            return Optional.empty();
        }
        if (!payload.muxers().contains(Identity.YAMUX)) {
            throw new WireException("expected a common muxer, but found none");
        }
        return Optional.of(Identity.YAMUX);
    }

    private void finish(Optional<String> muxer) {
        if (remote == null) {
            throw new IllegalStateException("expected the other peer to be known");
        }
        result = new Result(remote, muxer, noise.sender(), noise.receiver());
    }

    private void sendMessage(byte[] payload) {
        byte[] written = noise.write(payload);
        byte[] framed = new byte[2 + written.length];
        framed[0] = (byte) (written.length >>> 8);
        framed[1] = (byte) written.length;
        System.arraycopy(written, 0, framed, 2, written.length);
        out.accept(framed);
    }

    private void send(ByteString bytes) {
        if (!bytes.isEmpty()) {
            out.accept(bytes.toByteArray());
        }
    }
}

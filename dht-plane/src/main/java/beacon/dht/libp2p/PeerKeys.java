package beacon.dht.libp2p;

import beacon.dht.PeerSigner;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.PublicKeyBytes;
import com.google.protobuf.ByteString;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** This peer's own Ed25519 key. The secret stays in here. */
public final class PeerKeys implements PeerSigner {
    private final byte[] secret;
    private final byte[] open = new byte[Ed25519.PUBLIC_KEY_SIZE];
    private final PublicKeyBytes publicKey;
    private final PeerId peerId;

    /**
     * The key pair of a secret.
     *
     * @param secret 32 bytes, uniformly random; copied
     */
    public PeerKeys(byte[] secret) {
        if (secret.length != Ed25519.SECRET_KEY_SIZE) {
            throw new IllegalArgumentException("expected a secret of 32 bytes, but found " + secret.length);
        }
        this.secret = secret.clone();
        Ed25519.generatePublicKey(this.secret, 0, open, 0);
        this.publicKey = new PublicKeyBytes(PublicKeyBytes.Type.ED25519, ByteString.copyFrom(open));
        this.peerId = publicKey.peerId();
    }

    @Override
    public PublicKeyBytes publicKey() {
        return publicKey;
    }

    public PeerId peerId() {
        return peerId;
    }

    @Override
    public ByteString sign(ByteString message) {
        byte[] bytes = message.toByteArray();
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(secret, 0, open, 0, bytes, 0, bytes.length, signature, 0);
        return ByteString.copyFrom(signature);
    }
}

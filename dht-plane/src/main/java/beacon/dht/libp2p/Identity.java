package beacon.dht.libp2p;

import beacon.dht.wire.NoisePayload;
import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.List;

/**
 * What this peer shows in handshakes. The static noise key lives as long as the process and never reaches a disk, so
 * the payload is signed once.
 */
final class Identity {
    static final String YAMUX = "/yamux/1.0.0";
    static final String NOISE = "/noise";

    private final PeerKeys keys;
    private final NoiseXx.KeyPair staticKeys;
    private final byte[] payload;
    private final SecureRandom random;

    Identity(PeerKeys keys, SecureRandom random) {
        this.keys = keys;
        this.random = random;
        this.staticKeys = newPair();
        ByteString signature = keys.sign(NoisePayload.signedBytes(ByteString.copyFrom(staticKeys.open())));
        this.payload = new NoisePayload(keys.publicKey().serialised(), signature, List.of(YAMUX))
                .toBytes()
                .toByteArray();
    }

    private NoiseXx.KeyPair newPair() {
        byte[] secret = new byte[NoiseXx.KEY_BYTES];
        random.nextBytes(secret);
        return new NoiseXx.KeyPair(secret);
    }

    PeerKeys keys() {
        return keys;
    }

    byte[] payload() {
        return payload.clone();
    }

    NoiseXx handshake(boolean dialler) {
        return new NoiseXx(dialler, new byte[0], staticKeys, newPair());
    }
}

package beacon.dht.libp2p;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash of the noise handshake. */
final class Digests {
    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected the JDK to have SHA-256", e);
        }
    }
}

package beacon.dht.node;

import beacon.dht.libp2p.PeerKeys;
import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** The key that names a node: made once, kept in its folder with mode 0600. */
final class DhtIdentity {
    private static final String FILE = "identity.key";
    private static final int SECRET_BYTES = 32;

    private DhtIdentity() {}

    static PeerKeys of(Optional<DhtFiles> files, SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        if (files.isPresent()) {
            Optional<ByteString> kept = files.get().read(FILE).filter(bytes -> bytes.size() == SECRET_BYTES);
            if (kept.isPresent()) {
                secret = kept.get().toByteArray();
            } else {
                files.get().write(FILE, ByteString.copyFrom(secret));
            }
        }
        PeerKeys keys = new PeerKeys(secret);
        Arrays.fill(secret, (byte) 0);
        return keys;
    }
}

package beacon.dht;

import beacon.dht.wire.PublicKeyBytes;
import com.google.protobuf.ByteString;

/**
 * Signs in the name of this peer. What is signed begins with a domain of its own, so that a signature made for one
 * purpose never serves another.
 */
public interface PeerSigner {
    /** The key that checks the signatures. */
    PublicKeyBytes publicKey();

    /** The signature over a message that names its purpose. */
    ByteString sign(ByteString domainSeparated);
}

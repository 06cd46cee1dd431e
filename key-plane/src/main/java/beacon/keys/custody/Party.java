package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.proofs.Schnorr;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;

/**
 * A custodian's own place in a ceremony: its index from 1 and its static ceremony key, which is not the key that its
 * events are signed with. Wiped by {@link #close}.
 */
public final class Party implements AutoCloseable {
    private final int index;
    private final Scalar secret;

    /** The party owns the secret from here on. */
    public Party(int index, Scalar secret) {
        this.index = index;
        this.secret = secret;
    }

    public int index() {
        return index;
    }

    public Point publicKey(Entropy entropy) {
        return Point.baseTimes(secret, entropy);
    }

    /** Signs with the static key; the message starts with what it is for. */
    public ByteString sign(byte[] message, Entropy entropy) {
        return ByteString.copyFrom(Schnorr.sign(secret, message, entropy));
    }

    Scalar secret() {
        return secret;
    }

    @Override
    public void close() {
        secret.wipe();
    }

    @Override
    public String toString() {
        return "Party[" + index + "]";
    }
}

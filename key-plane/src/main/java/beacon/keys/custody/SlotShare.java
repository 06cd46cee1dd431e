package beacon.keys.custody;

import beacon.keys.primitives.Sha512;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;

/** A custodian's share of the second secret of a hybrid wrap. Secret; travels sealed to the reader. */
public final class SlotShare implements AutoCloseable {
    private static final int COMMITMENT_BYTES = 32;

    private final int index;
    private final Scalar secret;

    /** Owns the secret from here on. */
    public SlotShare(int index, Scalar secret) {
        this.index = index;
        this.secret = secret;
    }

    public int index() {
        return index;
    }

    /** A copy for sealing to the reader; the caller wipes it. */
    public byte[] copyBytes() {
        return secret.encode();
    }

    Scalar secret() {
        return secret;
    }

    ByteString commitment() {
        byte[] digest = Sha512.of("beacon/hx1/commitment/v1")
                .field(index)
                .field(secret.encode())
                .digest(COMMITMENT_BYTES);
        return ByteString.copyFrom(digest);
    }

    @Override
    public void close() {
        secret.wipe();
    }

    @Override
    public String toString() {
        return "SlotShare[index=" + index + ", hidden]";
    }
}

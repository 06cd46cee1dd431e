package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;

/** One custodian's secret share of an organisation key, in one epoch. Wiped by {@link #close}. */
public final class KeyShare implements AutoCloseable {
    private final int index;
    private final int epoch;
    private final Scalar secret;

    /** Copies the secret; the caller wipes its own. */
    public KeyShare(int index, int epoch, Scalar secret) {
        this.index = index;
        this.epoch = epoch;
        this.secret = secret.copy();
    }

    public int index() {
        return index;
    }

    public int epoch() {
        return epoch;
    }

    /** True when this is the custodian's share of that key in that epoch. A restored old share is not. */
    public boolean belongsTo(OrgKey key, Entropy entropy) {
        return epoch == key.epoch()
                && key.hasCustodian(index)
                && publicKey(entropy).sameAs(key.shareKey(index));
    }

    public Point publicKey(Entropy entropy) {
        return Point.baseTimes(secret, entropy);
    }

    /** A copy for sealed storage; the caller wipes it. */
    public byte[] copyBytes() {
        return secret.encode();
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
        return "KeyShare[index=%d, epoch=%d, hidden]".formatted(index, epoch);
    }
}

package beacon.keys.custody;

import beacon.keys.envelope.X25519Recipient;
import beacon.keys.primitives.Sha512;
import beacon.keys.shares.Commitments;
import beacon.keys.shares.Point;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The public side of an organisation key in one share epoch.
 *
 * @param publicKey the same through all epochs
 * @param threshold custodians that together decrypt
 * @param shareKeys public key of each custodian's share; the index of a custodian is its place, from 1
 * @param epoch counts refreshes and resharings, from 0
 */
public record OrgKey(Point publicKey, int threshold, List<Point> shareKeys, int epoch) {
    private static final int ID_BYTES = 20;

    public OrgKey {
        shareKeys = List.copyOf(shareKeys);
        if (threshold < 1 || threshold > shareKeys.size() || epoch < 0) {
            throw new IllegalArgumentException(
                    "expected a threshold from 1 to n and an epoch from 0, but found %d of %d, epoch %d"
                            .formatted(threshold, shareKeys.size(), epoch));
        }
    }

    static OrgKey of(Commitments sum, int custodians, int epoch) {
        List<Point> shareKeys =
                IntStream.rangeClosed(1, custodians).mapToObj(sum::at).toList();
        return new OrgKey(sum.constant(), sum.points().size(), shareKeys, epoch);
    }

    public int size() {
        return shareKeys.size();
    }

    /** Public key of a custodian's share. */
    public Point shareKey(int index) {
        return shareKeys.get(index - 1);
    }

    boolean hasCustodian(int index) {
        return index >= 1 && index <= shareKeys.size();
    }

    /** The recipient that any {@code age} encrypts to. */
    public X25519Recipient recipient() {
        return new X25519Recipient(ByteString.copyFrom(publicKey.toMontgomery()));
    }

    /** Name of the key, the same through all epochs; two keys never share one. */
    public ByteString id() {
        return ByteString.copyFrom(
                Sha512.of("beacon/kek/v1").field(publicKey.encode()).digest(ID_BYTES));
    }
}

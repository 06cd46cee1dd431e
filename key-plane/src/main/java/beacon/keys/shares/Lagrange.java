package beacon.keys.shares;

import java.util.SortedSet;

/** Interpolation at zero over public indices. */
public final class Lagrange {
    private Lagrange() {}

    /** The weight of the share at {@code index} among the shares at {@code indices}, which contain it. */
    public static Scalar atZero(int index, SortedSet<Integer> indices) {
        if (!indices.contains(index) || indices.first() < 1) {
            throw new IllegalArgumentException(
                    "expected indices from 1 that contain %d, but found %s".formatted(index, indices));
        }
        Scalar numerator = Scalar.ONE;
        Scalar denominator = Scalar.ONE;
        for (int other : indices) {
            if (other != index) {
                numerator = numerator.times(Scalar.of(other));
                denominator = denominator.times(Scalar.of(other).minus(Scalar.of(index)));
            }
        }
        return numerator.times(denominator.invertPublic());
    }
}

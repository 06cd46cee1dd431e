package beacon.keys.shares;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Public commitments to the coefficients of a polynomial, constant term first (Feldman 1987). */
public record Commitments(List<Point> points) {
    public Commitments {
        points = List.copyOf(points);
    }

    /** Commitment to the value at zero. */
    public Point constant() {
        return points.get(0);
    }

    /** Commitment to the value at an index from 1. */
    public Point at(int index) {
        Point value = Point.IDENTITY;
        for (int i = points.size() - 1; i >= 0; i--) {
            value = value.timesPublic(Scalar.of(index)).plus(points.get(i));
        }
        return value;
    }

    /** Commitments to the sum of the polynomials, which must have as many terms. */
    public Commitments plus(Commitments other) {
        List<Point> sums = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            sums.add(points.get(i).plus(other.points.get(i)));
        }
        return new Commitments(sums);
    }

    /** The encodings one after the other. */
    public byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        points.forEach(point -> out.writeBytes(point.encode()));
        return out.toByteArray();
    }
}

package beacon.keys.shares;

import beacon.keys.Entropy;
import java.util.Arrays;

/** Scalar multiplication: by fixed windows and whole-table reads for secrets, by joint binary steps for public values. */
final class Multiplication {
    private static final int WINDOW = 4;
    private static final int ENTRIES = 1 << WINDOW;
    private static final int BLINDED_BYTES = Scalar.BYTES + Long.BYTES;
    private static final int WINDOWS = BLINDED_BYTES * 8 / WINDOW;

    private Multiplication() {}

    /** Multiples of the generator by j · 16^i, made at first use. */
    private static final class BaseTable {
        static final Point[][] MULTIPLES = build();

        private static Point[][] build() {
            Point[][] multiples = new Point[WINDOWS][];
            Point step = Point.BASE;
            for (int i = 0; i < WINDOWS; i++) {
                multiples[i] = table(step);
                step = multiples[i][ENTRIES - 1].plus(step);
            }
            return multiples;
        }
    }

    static Point secret(Point point, Scalar scalar, Entropy entropy) {
        byte[] digits = scalar.blind(entropy);
        Point[] table = table(point);
        Point result = Point.IDENTITY;
        for (int i = WINDOWS - 1; i >= 0; i--) {
            result = result.doubled().doubled().doubled().doubled();
            result = result.plus(read(table, digit(digits, i)));
        }
        Arrays.fill(digits, (byte) 0);
        return result;
    }

    static Point secretBase(Scalar scalar, Entropy entropy) {
        byte[] digits = scalar.blind(entropy);
        Point result = Point.IDENTITY;
        for (int i = 0; i < WINDOWS; i++) {
            result = result.plus(read(BaseTable.MULTIPLES[i], digit(digits, i)));
        }
        Arrays.fill(digits, (byte) 0);
        return result;
    }

    static Point publicSum(Point p, Scalar a, Point q, Scalar b) {
        Point[] ps = table(p);
        Point[] qs = table(q);
        Point result = Point.IDENTITY;
        for (int i = Scalar.BYTES * 8 / WINDOW - 1; i >= 0; i--) {
            result = result.doubled().doubled().doubled().doubled();
            int first = digit(a.bytes(), i);
            int second = digit(b.bytes(), i);
            result = first == 0 ? result : result.plus(ps[first]);
            result = second == 0 ? result : result.plus(qs[second]);
        }
        return result;
    }

    private static Point[] table(Point point) {
        Point[] table = new Point[ENTRIES];
        table[0] = Point.IDENTITY;
        for (int i = 1; i < ENTRIES; i++) {
            table[i] = table[i - 1].plus(point);
        }
        return table;
    }

    private static int digit(byte[] bytes, int window) {
        return (bytes[window / 2] & 0xff) >>> (WINDOW * (window % 2)) & (ENTRIES - 1);
    }

    private static Point read(Point[] table, int secretIndex) {
        int[][] chosen = new int[4][10];
        for (int i = 0; i < ENTRIES; i++) {
            int difference = i ^ secretIndex;
            Point.select(((difference - 1) & ~difference) >> 31, table[i], chosen);
        }
        return Point.ofCoordinates(chosen);
    }
}

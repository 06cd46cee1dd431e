package beacon.keys.shares;

import java.util.Arrays;

/**
 * Numbers modulo L = 2^252 + 27742317777372353535851937790883648493 in limbs of 21 bits, without branches.
 *
 * <p>252 is 12 limbs, so a limb at position 12 + i folds onto the limbs from i on: 2^252 is congruent to {@link #FOLD}.
 * Products stay below 2^63 because limbs are carried back to about 21 bits before and between folds.
 */
final class ScalarLimbs {
    static final int LIMBS = 12;
    static final int BYTES = 32;

    private static final int BITS = 21;
    private static final long HALF = 1L << (BITS - 1);
    private static final long MASK = (1L << BITS) - 1;

    /** Digits of 2^252 mod L. */
    private static final long[] FOLD = {666643, 470296, 654183, -997805, 136657, -683901};

    private ScalarLimbs() {}

    /** Little-endian bytes, at most 64, as 26 limbs of 21 bits. */
    static long[] load(byte[] bytes) {
        long[] limbs = new long[26];
        for (int i = 0; i < bytes.length; i++) {
            int bit = 8 * i;
            long value = (bytes[i] & 0xffL) << (bit % BITS);
            limbs[bit / BITS] += value & MASK;
            limbs[bit / BITS + 1] += value >>> BITS;
        }
        return limbs;
    }

    /** a * b + c mod L, as canonical little-endian bytes. */
    static byte[] multiplyAdd(byte[] a, byte[] b, byte[] c) {
        long[] x = load(a);
        long[] y = load(b);
        long[] sum = load(c);
        // Operands of 256 bits fill 13 limbs.
        for (int i = 0; i <= LIMBS; i++) {
            for (int j = 0; j <= LIMBS; j++) {
                sum[i + j] += x[i] * y[j];
            }
        }
        Arrays.fill(x, 0);
        Arrays.fill(y, 0);
        return reduce(sum);
    }

    /** The limbs mod L as canonical little-endian bytes; wipes the limbs. */
    static byte[] reduce(long[] limbs) {
        carryCentred(limbs, 0, 24);
        foldDown(limbs, 24, 18);
        carryCentred(limbs, 6, 17);
        foldDown(limbs, 18, 12);
        carryCentred(limbs, 0, 12);
        foldDown(limbs, 13, 12);
        // Near 2^252 now: floor carries and folds of the top bring it into [2^252 - L, L).
        for (int round = 0; round < 3; round++) {
            carryFloor(limbs);
            foldDown(limbs, 12, 12);
        }
        carryFloor(limbs);
        long negative = limbs[LIMBS] >> 63;
        for (int j = 0; j < FOLD.length; j++) {
            limbs[j] -= FOLD[j] & negative;
        }
        limbs[LIMBS] += 1 & negative;
        carryFloor(limbs);
        byte[] bytes = store(limbs);
        Arrays.fill(limbs, 0);
        return bytes;
    }

    private static void foldDown(long[] limbs, int from, int to) {
        for (int i = from; i >= to; i--) {
            long top = limbs[i];
            limbs[i] = 0;
            for (int j = 0; j < FOLD.length; j++) {
                limbs[i - LIMBS + j] += top * FOLD[j];
            }
        }
    }

    /** Carries into the limb above, leaving limbs in [-2^20, 2^20). */
    private static void carryCentred(long[] limbs, int from, int to) {
        for (int i = from; i < to; i++) {
            long carry = (limbs[i] + HALF) >> BITS;
            limbs[i + 1] += carry;
            limbs[i] -= carry << BITS;
        }
    }

    /** Carries into limb 12, leaving limbs in [0, 2^21). */
    private static void carryFloor(long[] limbs) {
        for (int i = 0; i < LIMBS; i++) {
            long carry = limbs[i] >> BITS;
            limbs[i + 1] += carry;
            limbs[i] -= carry << BITS;
        }
    }

    private static byte[] store(long[] limbs) {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            int bit = 8 * i;
            long value = limbs[bit / BITS] >>> (bit % BITS);
            if (bit % BITS > BITS - 8) {
                value |= limbs[bit / BITS + 1] << (BITS - bit % BITS);
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }
}

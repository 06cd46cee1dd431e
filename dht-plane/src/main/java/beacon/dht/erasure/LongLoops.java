package beacon.dht.erasure;

/**
 * The inner loops of {@link PlainKernel}: eight field elements in each long. Kept as small static methods of one shape,
 * because that is what the JIT compiler vectorises; the doubling is written out for the same reason.
 */
final class LongLoops {
    private static final long TOP = 0x8080808080808080L;
    /** The low byte of the polynomial, in every byte. */
    private static final long REDUCTION = 0x1d1d1d1d1d1d1d1dL;

    private LongLoops() {}

    static void xor(long[] target, long[] a, long[] b, int longs) {
        for (int i = 0; i < longs; i++) {
            target[i] = a[i] ^ b[i];
        }
    }

    static void twice(long[] sum, int longs) {
        for (int i = 0; i < longs; i++) {
            long x = sum[i];
            long top = x & TOP;
            sum[i] = ((x ^ top) << 1) ^ ((top - (top >>> 7)) & REDUCTION);
        }
    }

    static void twicePlus(long[] sum, long[] a, int longs) {
        for (int i = 0; i < longs; i++) {
            long x = sum[i];
            long top = x & TOP;
            sum[i] = ((x ^ top) << 1) ^ ((top - (top >>> 7)) & REDUCTION) ^ a[i];
        }
    }

    static void twicePlus(long[] sum, long[] a, long[] b, int longs) {
        for (int i = 0; i < longs; i++) {
            long x = sum[i];
            long top = x & TOP;
            sum[i] = ((x ^ top) << 1) ^ ((top - (top >>> 7)) & REDUCTION) ^ a[i] ^ b[i];
        }
    }

    static void twicePlus(long[] sum, long[] a, long[] b, long[] c, int longs) {
        for (int i = 0; i < longs; i++) {
            long x = sum[i];
            long top = x & TOP;
            sum[i] = ((x ^ top) << 1) ^ ((top - (top >>> 7)) & REDUCTION) ^ a[i] ^ b[i] ^ c[i];
        }
    }

    static void twicePlus(long[] sum, long[][] four, int longs) {
        long[] a = four[0];
        long[] b = four[1];
        long[] c = four[2];
        long[] d = four[3];
        for (int i = 0; i < longs; i++) {
            long x = sum[i];
            long top = x & TOP;
            sum[i] = ((x ^ top) << 1) ^ ((top - (top >>> 7)) & REDUCTION) ^ a[i] ^ b[i] ^ c[i] ^ d[i];
        }
    }
}

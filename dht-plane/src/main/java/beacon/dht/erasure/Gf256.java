package beacon.dht.erasure;

/** Arithmetic in GF(2⁸) with the polynomial x⁸+x⁴+x³+x²+1 (0x11d) and generator 2, the field ISA-L uses. */
final class Gf256 {
    static final int POLYNOMIAL = 0x11d;

    private static final int ORDER = 255;
    private static final byte[] EXP = new byte[2 * ORDER];
    private static final int[] LOG = new int[256];

    static {
        int power = 1;
        for (int i = 0; i < ORDER; i++) {
            EXP[i] = (byte) power;
            EXP[i + ORDER] = (byte) power;
            LOG[power] = i;
            power <<= 1;
            if ((power & 0x100) != 0) {
                power ^= POLYNOMIAL;
            }
        }
    }

    private Gf256() {}

    static int multiply(int a, int b) {
        if (a == 0 || b == 0) {
            return 0;
        }
        return EXP[LOG[a] + LOG[b]] & 0xff;
    }

    /**
     * The inverse.
     *
     * @param a 1 to 255
     */
    static int invert(int a) {
        if (a == 0) {
            throw new IllegalArgumentException("expected a non-zero element, but found 0");
        }
        return EXP[ORDER - LOG[a]] & 0xff;
    }
}

package beacon.dht.erasure;

/** The definition of the product, byte by byte: for the few bytes at the end that do not fill a word or a vector. */
final class ScalarTail {
    private ScalarTail() {}

    static void apply(GfMatrix matrix, byte[][] inputs, byte[][] outputs, int from, int to) {
        for (int row = 0; row < matrix.rows(); row++) {
            for (int at = from; at < to; at++) {
                int sum = 0;
                for (int column = 0; column < matrix.columns(); column++) {
                    sum ^= Gf256.multiply(matrix.get(row, column), inputs[column][at] & 0xff);
                }
                outputs[row][at] = (byte) sum;
            }
        }
    }
}

package beacon.dht.erasure;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API kernel. A product c·x is the XOR of two look-ups by the low and the high half of x in tables of 16
 * entries, and a table that fits a vector register is looked up for all lanes by one shuffle. Four outputs at once, so
 * that an input is loaded once for all of them, in blocks of 8 KiB, so that partial sums stay in the first cache level.
 * Compiled apart from the rest and loaded by name: see docs/adr/0011.
 *
 * <p>The loops are written out, without helper methods and without a case for the first input, because JDK 17 is three
 * times slower with either. All sums are loaded before one is stored: outputs are often a multiple of 4 KiB apart, and
 * then a load would wait for the store of its neighbour.
 */
final class VectorKernel implements Kernel {
    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int TABLE = 16;
    private static final int OUTPUTS_AT_ONCE = 4;
    private static final int BLOCK_BYTES = 8192;

    VectorKernel() {
        if (LANES < TABLE) {
            throw new UnsupportedOperationException("expected vectors of at least 16 bytes, but found " + LANES);
        }
    }

    @Override
    public String name() {
        return "vector-" + SPECIES.vectorBitSize();
    }

    @Override
    public Transform prepare(GfMatrix matrix) {
        return new ShuffleTransform(matrix);
    }

    private static final class ShuffleTransform implements Transform {
        private final GfMatrix matrix;
        /** For each group of outputs and each input: low and high table of each output, each one vector long. */
        private final byte[][][] tables;

        ShuffleTransform(GfMatrix matrix) {
            this.matrix = matrix;
            int groups = (matrix.rows() + OUTPUTS_AT_ONCE - 1) / OUTPUTS_AT_ONCE;
            tables = new byte[groups][matrix.columns()][];
            for (int group = 0; group < groups; group++) {
                for (int column = 0; column < matrix.columns(); column++) {
                    tables[group][column] = table(group * OUTPUTS_AT_ONCE, column);
                }
            }
        }

        private byte[] table(int firstRow, int column) {
            int rows = Math.min(OUTPUTS_AT_ONCE, matrix.rows() - firstRow);
            byte[] table = new byte[rows * 2 * LANES];
            for (int row = 0; row < rows; row++) {
                int factor = matrix.get(firstRow + row, column);
                for (int lane = 0; lane < LANES; lane++) {
                    int half = lane % TABLE;
                    table[2 * row * LANES + lane] = (byte) Gf256.multiply(factor, half);
                    table[(2 * row + 1) * LANES + lane] = (byte) Gf256.multiply(factor, half << 4);
                }
            }
            return table;
        }

        @Override
        public void apply(byte[][] inputs, byte[][] outputs, int from, int to) {
            int whole = from + (to - from) / LANES * LANES;
            for (int at = from; at < whole; at += BLOCK_BYTES) {
                int end = Math.min(at + BLOCK_BYTES, whole);
                for (byte[] output : outputs) {
                    Arrays.fill(output, at, end, (byte) 0);
                }
                for (int group = 0; group < tables.length; group++) {
                    for (int column = 0; column < inputs.length; column++) {
                        add(inputs[column], outputs, group, column, at, end);
                    }
                }
            }
            ScalarTail.apply(matrix, inputs, outputs, whole, to);
        }

        private void add(byte[] input, byte[][] outputs, int group, int column, int from, int to) {
            byte[] table = tables[group][column];
            int row = group * OUTPUTS_AT_ONCE;
            switch (Math.min(OUTPUTS_AT_ONCE, matrix.rows() - row)) {
                case 1 -> one(table, 0, input, outputs[row], from, to);
                case 2 -> two(table, 0, input, outputs[row], outputs[row + 1], from, to);
                case 3 -> {
                    two(table, 0, input, outputs[row], outputs[row + 1], from, to);
                    one(table, 4 * LANES, input, outputs[row + 2], from, to);
                }
                default -> four(table, input, outputs, row, from, to);
            }
        }

        private static void one(byte[] table, int base, byte[] input, byte[] out, int from, int to) {
            ByteVector low = ByteVector.fromArray(SPECIES, table, base);
            ByteVector high = ByteVector.fromArray(SPECIES, table, base + LANES);
            for (int at = from; at < to; at += LANES) {
                ByteVector x = ByteVector.fromArray(SPECIES, input, at);
                x.and((byte) 15)
                        .selectFrom(low)
                        .lanewise(
                                VectorOperators.XOR,
                                x.lanewise(VectorOperators.LSHR, 4)
                                        .and((byte) 15)
                                        .selectFrom(high))
                        .lanewise(VectorOperators.XOR, ByteVector.fromArray(SPECIES, out, at))
                        .intoArray(out, at);
            }
        }

        private static void two(byte[] table, int base, byte[] input, byte[] outA, byte[] outB, int from, int to) {
            ByteVector lowA = ByteVector.fromArray(SPECIES, table, base);
            ByteVector highA = ByteVector.fromArray(SPECIES, table, base + LANES);
            ByteVector lowB = ByteVector.fromArray(SPECIES, table, base + 2 * LANES);
            ByteVector highB = ByteVector.fromArray(SPECIES, table, base + 3 * LANES);
            for (int at = from; at < to; at += LANES) {
                ByteVector x = ByteVector.fromArray(SPECIES, input, at);
                ByteVector low = x.and((byte) 15);
                ByteVector high = x.lanewise(VectorOperators.LSHR, 4).and((byte) 15);
                ByteVector a = low.selectFrom(lowA)
                        .lanewise(VectorOperators.XOR, high.selectFrom(highA))
                        .lanewise(VectorOperators.XOR, ByteVector.fromArray(SPECIES, outA, at));
                ByteVector b = low.selectFrom(lowB)
                        .lanewise(VectorOperators.XOR, high.selectFrom(highB))
                        .lanewise(VectorOperators.XOR, ByteVector.fromArray(SPECIES, outB, at));
                a.intoArray(outA, at);
                b.intoArray(outB, at);
            }
        }

        private static void four(byte[] table, byte[] input, byte[][] outputs, int row, int from, int to) {
            ByteVector lowA = ByteVector.fromArray(SPECIES, table, 0);
            ByteVector highA = ByteVector.fromArray(SPECIES, table, LANES);
            ByteVector lowB = ByteVector.fromArray(SPECIES, table, 2 * LANES);
            ByteVector highB = ByteVector.fromArray(SPECIES, table, 3 * LANES);
            ByteVector lowC = ByteVector.fromArray(SPECIES, table, 4 * LANES);
            ByteVector highC = ByteVector.fromArray(SPECIES, table, 5 * LANES);
            ByteVector lowD = ByteVector.fromArray(SPECIES, table, 6 * LANES);
            ByteVector highD = ByteVector.fromArray(SPECIES, table, 7 * LANES);
            byte[] outA = outputs[row];
            byte[] outB = outputs[row + 1];
            byte[] outC = outputs[row + 2];
            byte[] outD = outputs[row + 3];
            for (int at = from; at < to; at += LANES) {
                ByteVector x = ByteVector.fromArray(SPECIES, input, at);
                ByteVector low = x.and((byte) 15);
                ByteVector high = x.lanewise(VectorOperators.LSHR, 4).and((byte) 15);
                ByteVector a = low.selectFrom(lowA)
                        .lanewise(VectorOperators.XOR, high.selectFrom(highA))
                        .lanewise(VectorOperators.XOR, ByteVector.fromArray(SPECIES, outA, at));
                ByteVector b = low.selectFrom(lowB)
                        .lanewise(VectorOperators.XOR, high.selectFrom(highB))
                        .lanewise(VectorOperators.XOR, ByteVector.fromArray(SPECIES, outB, at));
                ByteVector c = low.selectFrom(lowC)
                        .lanewise(VectorOperators.XOR, high.selectFrom(highC))
                        .lanewise(VectorOperators.XOR, ByteVector.fromArray(SPECIES, outC, at));
                ByteVector d = low.selectFrom(lowD)
                        .lanewise(VectorOperators.XOR, high.selectFrom(highD))
                        .lanewise(VectorOperators.XOR, ByteVector.fromArray(SPECIES, outD, at));
                a.intoArray(outA, at);
                b.intoArray(outB, at);
                c.intoArray(outC, at);
                d.intoArray(outD, at);
            }
        }
    }
}

package beacon.dht.erasure;

/** A matrix over GF(2⁸); one row for each output, one column for each input. */
final class GfMatrix {
    private final int rows;
    private final int columns;
    private final byte[] cells;

    GfMatrix(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.cells = new byte[rows * columns];
    }

    /** Parity rows 1/((k+row) ⊕ column): every square part of it can be inverted, for any k+m up to 256. */
    static GfMatrix cauchy(int dataShards, int parityShards) {
        GfMatrix matrix = new GfMatrix(parityShards, dataShards);
        for (int row = 0; row < parityShards; row++) {
            for (int column = 0; column < dataShards; column++) {
                matrix.set(row, column, Gf256.invert((dataShards + row) ^ column));
            }
        }
        return matrix;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    int get(int row, int column) {
        return cells[row * columns + column] & 0xff;
    }

    void set(int row, int column, int value) {
        cells[row * columns + column] = (byte) value;
    }

    /** The inverse of a square matrix, by Gauss–Jordan elimination. */
    GfMatrix inverted() {
        if (rows != columns) {
            throw new IllegalStateException("expected a square matrix, but found " + rows + " by " + columns);
        }
        GfMatrix left = copy();
        GfMatrix right = new GfMatrix(rows, rows);
        for (int i = 0; i < rows; i++) {
            right.set(i, i, 1);
        }
        for (int pivot = 0; pivot < rows; pivot++) {
            int found = left.rowWithNonZero(pivot);
            left.swapRows(pivot, found);
            right.swapRows(pivot, found);
            int scale = Gf256.invert(left.get(pivot, pivot));
            left.scaleRow(pivot, scale);
            right.scaleRow(pivot, scale);
            for (int row = 0; row < rows; row++) {
                int factor = left.get(row, pivot);
                if (row != pivot && factor != 0) {
                    left.addRow(row, pivot, factor);
                    right.addRow(row, pivot, factor);
                }
            }
        }
        return right;
    }

    private GfMatrix copy() {
        GfMatrix copy = new GfMatrix(rows, columns);
        System.arraycopy(cells, 0, copy.cells, 0, cells.length);
        return copy;
    }

    private int rowWithNonZero(int column) {
        for (int row = column; row < rows; row++) {
            if (get(row, column) != 0) {
                return row;
            }
        }
        throw new IllegalStateException("expected an invertible matrix, but found rank " + column);
    }

    private void swapRows(int a, int b) {
        for (int column = 0; a != b && column < columns; column++) {
            int kept = get(a, column);
            set(a, column, get(b, column));
            set(b, column, kept);
        }
    }

    private void scaleRow(int row, int factor) {
        for (int column = 0; column < columns; column++) {
            set(row, column, Gf256.multiply(get(row, column), factor));
        }
    }

    private void addRow(int target, int source, int factor) {
        for (int column = 0; column < columns; column++) {
            set(target, column, get(target, column) ^ Gf256.multiply(get(source, column), factor));
        }
    }
}

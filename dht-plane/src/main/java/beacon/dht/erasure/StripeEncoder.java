package beacon.dht.erasure;

import java.util.Arrays;

/**
 * Encodes a stream as it comes, in pieces of any size, with the memory of one stripe. Belongs to one thread.
 *
 * <p>Bytes fill cell 0 of a stripe, then cell 1 and so on; {@link StripeLayout} of the final length tells the cut.
 */
public final class StripeEncoder {
    private final ReedSolomon code;
    private final int cellBytes;
    private final StripeSink sink;
    private final byte[][] cells;
    private final byte[][] data;
    private final byte[][] parity;
    private int filled;
    private long length;
    private long stripe;
    private boolean finished;

    public StripeEncoder(ReedSolomon code, int cellBytes, StripeSink sink) {
        if (cellBytes < 1 || (long) cellBytes * code.dataShards() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "expected cells of 1 byte or more and stripes below 2 GiB, but found " + cellBytes);
        }
        this.code = code;
        this.cellBytes = cellBytes;
        this.sink = sink;
        this.cells = new byte[code.totalShards()][cellBytes];
        this.data = Arrays.copyOfRange(cells, 0, code.dataShards());
        this.parity = Arrays.copyOfRange(cells, code.dataShards(), code.totalShards());
    }

    /** Takes more of the stream; stripes that become full go to the sink at once. */
    public void write(byte[] bytes, int offset, int count) {
        if (finished) {
            throw new IllegalStateException("expected no bytes after the end, but found " + count);
        }
        int taken = 0;
        while (taken < count) {
            int at = filled % cellBytes;
            int part = Math.min(count - taken, cellBytes - at);
            System.arraycopy(bytes, offset + taken, data[filled / cellBytes], at, part);
            taken += part;
            filled += part;
            if (filled == cellBytes * data.length) {
                emit(cellBytes);
            }
        }
        length += count;
    }

    /** Ends the stream and gives its layout. */
    public StripeLayout finish() {
        finished = true;
        if (filled > 0) {
            int last = (filled + data.length - 1) / data.length;
            spread(last);
            emit(last);
        }
        return new StripeLayout(code.dataShards(), cellBytes, length);
    }

    /** Moves the bytes of the last stripe from full cells to short ones. */
    private void spread(int shortCell) {
        byte[] rest = new byte[shortCell * data.length];
        for (int cell = 0; cell * cellBytes < filled; cell++) {
            System.arraycopy(data[cell], 0, rest, cell * cellBytes, Math.min(cellBytes, filled - cell * cellBytes));
        }
        for (int cell = 0; cell < data.length; cell++) {
            System.arraycopy(rest, cell * shortCell, data[cell], 0, shortCell);
        }
    }

    private void emit(int bytes) {
        code.encode(data, parity, 0, bytes);
        sink.accept(stripe++, cells, bytes);
        filled = 0;
    }
}

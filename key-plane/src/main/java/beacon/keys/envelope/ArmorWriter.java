package beacon.keys.envelope;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Writes ASCII armor. Closing writes the END line; an unfinished payload inside stays unfinished. */
public final class ArmorWriter extends OutputStream {
    private static final int LINE_BYTES = ArmorReader.COLUMNS / 4 * 3;

    private final OutputStream out;
    private final byte[] line = new byte[LINE_BYTES];
    private int lineBytes;
    private boolean closed;

    public ArmorWriter(OutputStream out) throws IOException {
        this.out = out;
        print(ArmorReader.BEGIN);
    }

    @Override
    public void write(int b) throws IOException {
        line[lineBytes++] = (byte) b;
        if (lineBytes == LINE_BYTES) {
            printLine();
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (lineBytes > 0) {
            printLine();
        }
        print(ArmorReader.END);
        out.close();
    }

    private void printLine() throws IOException {
        print(Base64.getEncoder().encodeToString(Arrays.copyOf(line, lineBytes)));
        lineBytes = 0;
    }

    private void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.write('\n');
    }
}

package beacon.keys.envelope;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;

/** Reads strict ASCII armor (RFC 7468, figure 3); white space is allowed only before and after it, LF and CRLF both. */
public final class ArmorReader extends InputStream {
    static final String BEGIN = "-----BEGIN AGE ENCRYPTED FILE-----";
    static final String END = "-----END AGE ENCRYPTED FILE-----";
    static final int COLUMNS = 64;

    private static final int MAX_WHITESPACE = 1024;

    private final InputStream in;
    private byte[] decoded = new byte[0];
    private int position;
    private boolean started;
    private boolean ended;
    private boolean shortLine;

    public ArmorReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    @Override
    public int read() throws IOException {
        return available(1) ? decoded[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int filled = 0;
        while (filled < length && available(1)) {
            int part = Math.min(length - filled, decoded.length - position);
            System.arraycopy(decoded, position, target, offset + filled, part);
            position += part;
            filled += part;
        }
        return filled == 0 ? -1 : filled;
    }

    private boolean available(int needed) throws IOException {
        while (!ended && decoded.length - position < needed) {
            readNextLine();
        }
        return decoded.length - position >= needed;
    }

    private void readNextLine() throws IOException {
        if (!started) {
            skipWhitespace();
            expect(readLine().equals(BEGIN), "the BEGIN line");
            started = true;
        }
        String line = readLine();
        if (line.equals(END)) {
            ended = true;
            skipWhitespace();
            expect(in.read() < 0, "nothing after the END line");
            return;
        }
        expect(!shortLine, "the END line after a short line");
        shortLine = line.length() < COLUMNS;
        position = 0;
        decoded = decode(line);
        shortLine |= decoded.length < COLUMNS / 4 * 3;
    }

    private static byte[] decode(String line) {
        try {
            byte[] bytes = Base64.getDecoder().decode(line);
            expect(bytes.length > 0 && Base64.getEncoder().encodeToString(bytes).equals(line), "canonical base64");
            return bytes;
        } catch (IllegalArgumentException notBase64) {
            throw new AgeException.BadArmor("expected base64 in the armor, but found something else");
        }
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int b = in.read();
        while (b >= 0 && b != '\n') {
            line.append((char) b);
            expect(line.length() <= COLUMNS + 1, "lines of at most 64 columns");
            b = in.read();
        }
        if (b == '\n' && line.length() > 0 && line.charAt(line.length() - 1) == '\r') {
            line.setLength(line.length() - 1);
        }
        expect(b >= 0 || line.length() > 0, "the END line");
        expect(line.length() <= COLUMNS, "lines of at most 64 columns");
        return line.toString();
    }

    private void skipWhitespace() throws IOException {
        for (int skipped = 0; skipped <= MAX_WHITESPACE; skipped++) {
            in.mark(1);
            int b = in.read();
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                in.reset();
                return;
            }
        }
        throw new AgeException.BadArmor(
                "expected at most %d characters of white space, but found more".formatted(MAX_WHITESPACE));
    }

    private static void expect(boolean condition, String expected) {
        if (!condition) {
            throw new AgeException.BadArmor("expected " + expected + " in the armor, but found something else");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

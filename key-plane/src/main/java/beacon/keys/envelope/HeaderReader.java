package beacon.keys.envelope;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Strict reader of the grammar in C2SP age, section "Header". Reads byte by byte, since the payload follows at once. */
final class HeaderReader {
    private static final int FULL_COLUMNS = 64;
    private static final String STANZA_MARK = "-> ";
    private static final String MAC_MARK = "--- ";

    private final InputStream in;
    private byte[] line = new byte[128];
    private int readBytes;

    HeaderReader(InputStream in) {
        this.in = in;
    }

    Header read() throws IOException {
        if (!readLine().equals(Header.VERSION_LINE)) {
            throw new AgeException.BadHeader("expected the line %s, but found another".formatted(Header.VERSION_LINE));
        }
        List<Stanza> stanzas = new ArrayList<>();
        String next = readLine();
        while (next.startsWith(STANZA_MARK)) {
            stanzas.add(new Stanza(List.of(next.substring(STANZA_MARK.length()).split(" ", -1)), readBody()));
            next = readLine();
        }
        if (!next.startsWith(MAC_MARK)) {
            throw new AgeException.BadHeader("expected a stanza or the MAC line, but found another");
        }
        byte[] mac = decode(next.substring(MAC_MARK.length()));
        return new Header(stanzas, ByteString.copyFrom(mac));
    }

    /** One stanza, as it also stands alone in the plugin protocol. */
    Stanza readStanza() throws IOException {
        String first = readLine();
        if (!first.startsWith(STANZA_MARK)) {
            throw new AgeException.BadHeader("expected a stanza, but found another line");
        }
        return new Stanza(List.of(first.substring(STANZA_MARK.length()).split(" ", -1)), readBody());
    }

    private ByteString readBody() throws IOException {
        StringBuilder text = new StringBuilder();
        String bodyLine;
        do {
            bodyLine = readLine();
            if (bodyLine.length() > FULL_COLUMNS) {
                throw new AgeException.BadHeader("expected body lines of at most %d columns, but found %d"
                        .formatted(FULL_COLUMNS, bodyLine.length()));
            }
            text.append(bodyLine);
        } while (bodyLine.length() == FULL_COLUMNS);
        return ByteString.copyFrom(decode(text.toString()));
    }

    private String readLine() throws IOException {
        int size = 0;
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new AgeException.BadHeader("expected a whole header, but found its end inside a line");
            }
            if (++readBytes > Header.MAX_BYTES) {
                throw new AgeException.BadHeader(
                        "expected a header of at most %d bytes, but found more".formatted(Header.MAX_BYTES));
            }
            if (size == line.length) {
                line = Arrays.copyOf(line, 2 * size);
            }
            line[size++] = (byte) b;
        }
        readBytes++;
        // Bytes above ASCII become a character that no rule of the grammar admits.
        return new String(line, 0, size, StandardCharsets.US_ASCII);
    }

    private static byte[] decode(String text) {
        return CanonicalBase64.decode(text)
                .orElseThrow(() -> new AgeException.BadHeader("expected canonical base64, but found something else"));
    }
}

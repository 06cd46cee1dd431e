package beacon.keys.envelope;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One wrap of the file key: arguments, the first of which is the type, and a body. */
public record Stanza(List<String> arguments, ByteString body) {
    private static final int BODY_COLUMNS = 64;

    public Stanza {
        arguments = List.copyOf(arguments);
        if (arguments.isEmpty() || !arguments.stream().allMatch(Stanza::isArgument)) {
            throw new AgeException.BadHeader("expected stanza arguments of visible ASCII, but found another character");
        }
    }

    public static Stanza of(byte[] body, String... arguments) {
        return new Stanza(List.of(arguments), ByteString.copyFrom(body));
    }

    /** A stanza whose arguments after the type are bytes. */
    public static Stanza binary(String type, ByteString body, ByteString... arguments) {
        List<String> texts = new ArrayList<>(List.of(type));
        for (ByteString argument : arguments) {
            texts.add(CanonicalBase64.encode(argument.toByteArray()));
        }
        return new Stanza(texts, body);
    }

    /** The arguments after the type; empty when type, number or a size differs, or one is not canonical base64. */
    public Optional<List<ByteString>> binaryArguments(String type, int... sizes) {
        if (!type().equals(type) || arguments.size() != sizes.length + 1) {
            return Optional.empty();
        }
        List<ByteString> found = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            Optional<byte[]> bytes = CanonicalBase64.decode(arguments.get(i + 1));
            if (bytes.isEmpty() || bytes.get().length != sizes[i]) {
                return Optional.empty();
            }
            found.add(ByteString.copyFrom(bytes.get()));
        }
        return Optional.of(found);
    }

    public String type() {
        return arguments.get(0);
    }

    /** Reads exactly one stanza. */
    public static Stanza read(InputStream in) throws IOException {
        return new HeaderReader(in).readStanza();
    }

    /** The form it has in a header. */
    public String text() {
        StringBuilder text = new StringBuilder();
        print(text);
        return text.toString();
    }

    void print(StringBuilder header) {
        header.append("-> ").append(String.join(" ", arguments)).append('\n');
        String text = CanonicalBase64.encode(body.toByteArray());
        for (int from = 0; from <= text.length(); from += BODY_COLUMNS) {
            header.append(text, from, Math.min(text.length(), from + BODY_COLUMNS))
                    .append('\n');
        }
    }

    static boolean isArgument(String argument) {
        return !argument.isEmpty() && argument.chars().allMatch(c -> c >= 33 && c <= 126);
    }
}

package beacon.keys.envelope;

import com.google.protobuf.ByteString;
import java.util.List;

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

    public String type() {
        return arguments.get(0);
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

package beacon.keys;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A secret, in every form in which it might be printed by mistake. */
public final class Canary {
    /** Bytes that printed forms begin with: no form is shorter than this, whatever the bytes are. */
    private static final int NUMBERS = 8;

    private final String name;
    private final List<String> forms;

    private Canary(String name, List<String> forms) {
        this.name = name;
        this.forms = List.copyOf(forms);
    }

    public static Canary of(String name, byte[] secret) {
        byte[] reversed = new byte[secret.length];
        IntStream.range(0, secret.length).forEach(i -> reversed[i] = secret[secret.length - 1 - i]);
        String hex = HexFormat.of().formatHex(secret);
        List<String> forms = new ArrayList<>(List.of(
                hex,
                HexFormat.of().formatHex(reversed),
                new String(secret, StandardCharsets.ISO_8859_1),
                new BigInteger(1, secret).toString(),
                new BigInteger(1, reversed).toString(),
                // As Arrays.toString and protobuf print bytes; the beginning is enough.
                IntStream.range(0, NUMBERS).mapToObj(i -> "" + secret[i]).collect(Collectors.joining(", ")),
                IntStream.range(0, NUMBERS).mapToObj(i -> escaped(secret[i])).collect(Collectors.joining())));
        // Base64 shows a part of a longer text at any of three alignments.
        for (int skip = 0; skip < 3; skip++) {
            byte[] part = Arrays.copyOfRange(secret, skip, skip + (secret.length - skip) / 3 * 3);
            forms.add(Base64.getEncoder().encodeToString(part));
            forms.add(Base64.getUrlEncoder().encodeToString(part));
        }
        return new Canary(name, forms);
    }

    public static Canary of(String name, String secret) {
        return new Canary(name, List.of(secret, secret.toLowerCase(Locale.ROOT)));
    }

    /** True when the text shows the secret. */
    public boolean isIn(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return forms.stream().anyMatch(text::contains) || lower.contains(forms.get(0));
    }

    public List<String> forms() {
        return forms;
    }

    @Override
    public String toString() {
        return name;
    }

    /** As protobuf's text format has it. */
    private static String escaped(byte value) {
        return switch (value) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '"' -> "\\\"";
            case '\'' -> "\\'";
            case '\\' -> "\\\\";
            case 7 -> "\\a";
            case 8 -> "\\b";
            case 11 -> "\\v";
            case 12 -> "\\f";
            default ->
                value >= ' ' && value <= '~'
                        ? Character.toString(value)
                        : String.format(Locale.ROOT, "\\%03o", value & 0xff);
        };
    }
}

package beacon.keys.records;

import java.util.regex.Pattern;

/** Names that stand in stanzas, events and files: visible ASCII without separators. */
public final class Words {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._:/@*-]{1,128}");

    private Words() {}

    public static boolean isWord(String text) {
        return WORD.matcher(text).matches();
    }

    /** The same text, when it is a word. */
    public static String require(String what, String text) {
        if (!isWord(text)) {
            throw new BadRecordException("expected a " + what + " of 1 to 128 characters of [A-Za-z0-9._:/@*-]");
        }
        return text;
    }
}

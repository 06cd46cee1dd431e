package beacon.model;

/** Classes of ASCII characters, one table look-up each. */
final class Ascii {
    private static final byte NAME = 1;
    private static final byte PATH = 2;
    private static final byte[] CLASSES = classes();

    private Ascii() {}

    private static byte[] classes() {
        byte[] classes = new byte[128];
        for (char c = 0; c < 128; c++) {
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
            if (alphanumeric || "._-".indexOf(c) >= 0) {
                classes[c] |= NAME;
            }
            // RFC 3986, pchar without percent-encoding.
            if (alphanumeric || "-._~!$&'()*+,;=:@".indexOf(c) >= 0) {
                classes[c] |= PATH;
            }
        }
        return classes;
    }

    /** May stand in agent, role, project and task. */
    static boolean isName(char c) {
        return c < 128 && (CLASSES[c] & NAME) != 0;
    }

    /** Stands for itself in a path segment. */
    static boolean isPath(int c) {
        return c < 128 && (CLASSES[c] & PATH) != 0;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}

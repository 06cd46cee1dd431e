package beacon.model;

import beacon.model.Address.Names;

/**
 * Reads one address from left to right, once. Written by hand because every append goes through it: no regular
 * expression, no split, and for a canonical text no allocation but the result.
 */
final class AddressScanner {
    private final String text;
    private int at;
    /** Index of the text at which the key starts. */
    private int start;

    AddressScanner(String text) {
        this.text = text;
    }

    Address address() {
        scheme();
        Names names = names();
        int namesEnd = at;
        skip('/', "\"/\" and a temporal part");
        Temporal temporal = temporal();
        if (at == text.length()) {
            return new Address(text.substring(start, namesEnd), names, temporal);
        }
        int slash = at;
        skip('/', "\"/\" and a path, or the end");
        String path = new PathScanner(text, at).canonicalPath();
        String key = path.isEmpty()
                ? text.substring(start, namesEnd).concat(text.substring(slash))
                : text.substring(start, namesEnd) + "/" + path;
        return new Address(key, names, temporal);
    }

    Address addressOfKey() {
        checkLength();
        Names names = names();
        if (at == text.length()) {
            return new Address(text, names, Temporal.LATEST);
        }
        int namesEnd = at;
        skip('/', "\"/\" and a path, or the end");
        String path = new PathScanner(text, at).canonicalPath();
        String key = path.isEmpty() ? text : text.substring(0, namesEnd) + "/" + path;
        return new Address(key, names, Temporal.LATEST);
    }

    boolean isCanonicalLatest() {
        try {
            scheme();
            names();
            if (!text.startsWith("/*^", at)) {
                return false;
            }
            at += 3;
            if (at == text.length()) {
                return true;
            }
            skip('/', "\"/\"");
            return new PathScanner(text, at).canonicalPath().isEmpty();
        } catch (MalformedAddress no) {
            return false;
        }
    }

    private void scheme() {
        checkLength();
        if (!text.startsWith(Address.SCHEME)) {
            throw new MalformedAddress("\"ucxl://\"", found(text, 0), 0);
        }
        at = Address.SCHEME.length();
        start = at;
    }

    private void checkLength() {
        if (text.length() > Address.MAX_TEXT_LENGTH) {
            throw new MalformedAddress(
                    "at most %d characters".formatted(Address.MAX_TEXT_LENGTH),
                    "%d".formatted(text.length()),
                    Address.MAX_TEXT_LENGTH);
        }
    }

    private Names names() {
        name("an agent");
        skip(':', "\":\" and a role");
        int role = at - start;
        name("a role");
        skip('@', "\"@\" and a project");
        int project = at - start;
        name("a project");
        skip(':', "\":\" and a task");
        int task = at - start;
        name("a task");
        return new Names(role, project, task, at - start);
    }

    private void name(String what) {
        int first = at;
        int end = Math.min(text.length(), first + Address.MAX_NAME_LENGTH);
        while (at < end && Ascii.isName(text.charAt(at))) {
            at++;
        }
        if (at == first) {
            throw new MalformedAddress(what + " of 1 to 64 characters of A-Z a-z 0-9 . _ -", found(text, at), at);
        }
        if (at < text.length() && Ascii.isName(text.charAt(at))) {
            throw new MalformedAddress(what + " of at most 64 characters", "more", at);
        }
    }

    private void skip(char wanted, String expected) {
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw new MalformedAddress(expected, found(text, at), at);
        }
        at++;
    }

    private Temporal temporal() {
        if (text.startsWith("*^", at)) {
            at += 2;
            return Temporal.LATEST;
        }
        TemporalScanner scanner = new TemporalScanner(text, at);
        Temporal temporal = scanner.temporal();
        at = scanner.position();
        return temporal;
    }

    /** What is at a position, in a form that is safe to print. */
    static String found(String text, int position) {
        if (position >= text.length()) {
            return "the end";
        }
        char c = text.charAt(position);
        return c > ' ' && c < 0x7f ? "\"" + c + "\"" : "U+%04X".formatted((int) c);
    }
}

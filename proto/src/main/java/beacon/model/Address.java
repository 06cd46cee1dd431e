package beacon.model;

import java.util.Arrays;
import java.util.List;

/**
 * A UCXL address, {@code ucxl://agent:role@project:task/temporal/path}: the name of something, and which moment of it.
 * Always valid, and always in canonical form (docs/adr/0006):
 *
 * <ul>
 *   <li>The scheme is lower-case. Agent, role, project and task are 1 to 64 characters of {@code [A-Za-z0-9._-]} each,
 *       case-sensitive; {@code any} is a name like the others, never a pattern.
 *   <li>The temporal part is one of {@link Temporal}; {@code #} is read as {@code *^}. Numbers fit a signed 64-bit
 *       integer and have no leading zero. An instant is {@code 2026-03-31T12:00:00.5Z}: UTC, one to nine digits of a
 *       second or none; it is printed with none, three, six or nine.
 *   <li>The path may be absent; then there is no slash after the temporal part, and the address names the task itself.
 *   <li>A path is one or more segments with a slash between them, at most {@value #MAX_PATH_BYTES} bytes in all in
 *       canonical form. A segment is UTF-8 and not empty, {@code .} or {@code ..}, however it is written. The letters,
 *       digits and {@code -._~!$&'()*+,;=:@} stand for themselves; every other byte is written as {@code %} and two
 *       upper-case hex digits. On input these characters may be encoded, too, and the hex digits may be lower-case; so
 *       the same segments always have the same canonical text. Unicode is not normalised further.
 * </ul>
 *
 * <p>Addresses are equal when their canonical texts are.
 */
public final class Address {
    /** Greatest length of agent, role, project and task each. */
    public static final int MAX_NAME_LENGTH = 64;

    /** Greatest length of a path in canonical form, its inner slashes included. */
    public static final int MAX_PATH_BYTES = 1024;

    /** Greatest length of a text that is looked at; enough for the longest path with every byte encoded. */
    public static final int MAX_TEXT_LENGTH = 4096;

    static final String SCHEME = "ucxl://";

    private static final String LATEST_PREFIX = Temporal.LATEST + "/";

    private final String key;
    private final int roleStart;
    private final int projectStart;
    private final int taskStart;
    /** Index after the slash; one past the end of the key plus one when there is no path. */
    private final int pathStart;

    private final Temporal temporal;

    /** The scanner has checked everything. */
    Address(String key, Names names, Temporal temporal) {
        this.key = key;
        this.roleStart = names.roleStart();
        this.projectStart = names.projectStart();
        this.taskStart = names.taskStart();
        this.pathStart = names.end() + 1;
        this.temporal = temporal;
    }

    /** Where the four names are in a key; the end is that of the task. */
    record Names(int roleStart, int projectStart, int taskStart, int end) {}

    /**
     * Reads an address with any temporal part.
     *
     * @throws MalformedAddress if the text breaks a rule above
     */
    public static Address parse(String text) {
        return new AddressScanner(text).address();
    }

    /**
     * Reads the address, at {@code *^}, that has this {@link #key()}.
     *
     * @throws MalformedAddress if the text breaks a rule above
     */
    public static Address ofKey(String key) {
        return new AddressScanner(key).addressOfKey();
    }

    /** Whether the text is, character for character, the canonical form of an address at {@code *^}. */
    public static boolean isCanonicalLatest(String text) {
        return new AddressScanner(text).isCanonicalLatest();
    }

    /**
     * What the {@link #key()} of an address begins with when its text begins so: the scheme and {@code *^} are left out,
     * each may be missing. Nothing else is checked, since a beginning may end anywhere.
     *
     * @throws MalformedAddress if the text names another moment than {@code *^}
     */
    public static String keyPrefix(String text) {
        boolean full = text.startsWith(SCHEME);
        String rest = full ? text.substring(SCHEME.length()) : text;
        int names = rest.indexOf('/') + 1;
        String moment = rest.substring(names);
        if (names > 0 && LATEST_PREFIX.startsWith(moment)) {
            return rest.substring(0, names);
        }
        if (names > 0 && moment.startsWith(LATEST_PREFIX)) {
            return rest.substring(0, names) + moment.substring(LATEST_PREFIX.length());
        }
        if (names > 0 && full) {
            int position = SCHEME.length() + names;
            throw new MalformedAddress("\"*^\"", AddressScanner.found(text, position), position);
        }
        return rest;
    }

    public String agent() {
        return key.substring(0, roleStart - 1);
    }

    public String role() {
        return key.substring(roleStart, projectStart - 1);
    }

    public String project() {
        return key.substring(projectStart, taskStart - 1);
    }

    public String task() {
        return key.substring(taskStart, pathStart - 1);
    }

    public Temporal temporal() {
        return temporal;
    }

    /** Canonical text of the path without a slash at its start; empty when there is none. */
    public String path() {
        return pathStart > key.length() ? "" : key.substring(pathStart);
    }

    /** The path's segments, still percent-encoded; empty when there is no path. */
    public List<String> pathSegments() {
        return pathStart > key.length() ? List.of() : Arrays.asList(path().split("/", -1));
    }

    /** What the address names, whichever moment of it: the canonical text without scheme and temporal part. ASCII. */
    public String key() {
        return key;
    }

    /** Whether the temporal part is {@code *^}. */
    public boolean isLatest() {
        return temporal.equals(Temporal.LATEST);
    }

    /** The same name at another moment. */
    public Address withTemporal(Temporal other) {
        return new Address(key, new Names(roleStart, projectStart, taskStart, pathStart - 1), other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address address && key.equals(address.key) && temporal.equals(address.temporal);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + temporal.hashCode();
    }

    /** The canonical text. */
    @Override
    public String toString() {
        int taskEnd = pathStart - 1;
        return SCHEME + key.substring(0, taskEnd) + "/" + temporal + key.substring(taskEnd);
    }
}

package beacon.node.cli;

import beacon.model.Address;
import beacon.model.MalformedAddress;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which addresses are meant by {@code agent:role@project:task/path}: {@code any} and {@code *} stand for every name, a
 * {@code *} at the end of a name or of the path for whatever follows. A name or path that is left out is every one.
 *
 * @param names of agent, role, project and task, as they were given
 * @param path empty: any; otherwise canonical, with or without a star at its end
 */
record AddressPattern(List<String> names, String path) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{0,64}\\*?");
    private static final String SCHEME = "ucxl://";
    private static final String LATEST = "*^";
    private static final String EVERY = "*";
    private static final String SEPARATORS = ":@:";

    AddressPattern {
        names = List.copyOf(names);
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException when it is none
     */
    static AddressPattern parse(String text) {
        String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "" : rest.substring(slash + 1);
        if (path.equals(LATEST)) {
            path = "";
        } else if (path.startsWith(LATEST + "/")) {
            path = path.substring(LATEST.length() + 1);
        }
        return new AddressPattern(names(slash < 0 ? rest : rest.substring(0, slash)), canonical(path));
    }

    /** As it stands in addresses, where it is a path; the beginning of one may end anywhere. */
    private static String canonical(String path) {
        boolean open = path.endsWith(EVERY);
        try {
            String whole = open ? path.substring(0, path.length() - 1) : path;
            return Address.parse("ucxl://any:any@any:any/*^/" + whole).path() + (open ? EVERY : "");
        } catch (MalformedAddress notWhole) {
            return path;
        }
    }

    private static List<String> names(String text) {
        String[] names = {EVERY, EVERY, EVERY, EVERY};
        String rest = text;
        for (int i = 0; i < names.length; i++) {
            int end = i < SEPARATORS.length() ? rest.indexOf(SEPARATORS.charAt(i)) : -1;
            String name = end < 0 ? rest : rest.substring(0, end);
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "expected a name, any, or the beginning of a name and * in agent:role@project:task/path,"
                                + " but found \"" + name + '"');
            }
            names[i] = name.isEmpty() || name.equals("any") ? EVERY : name;
            if (end < 0) {
                return List.of(names);
            }
            rest = rest.substring(end + 1);
        }
        return List.of(names);
    }

    /** What the keys of all addresses that are meant begin with: as much as can be looked up instead of looked through. */
    String keyPrefix() {
        StringBuilder prefix = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (name.endsWith(EVERY)) {
                return prefix.append(name, 0, name.length() - 1).toString();
            }
            prefix.append(name);
            if (i < SEPARATORS.length()) {
                prefix.append(SEPARATORS.charAt(i));
            }
        }
        if (path.isEmpty()) {
            return prefix.toString();
        }
        return prefix.append('/')
                .append(path, 0, path.length() - (path.endsWith(EVERY) ? 1 : 0))
                .toString();
    }

    boolean matches(Address address) {
        return matches(names.get(0), address.agent())
                && matches(names.get(1), address.role())
                && matches(names.get(2), address.project())
                && matches(names.get(3), address.task())
                && (path.isEmpty() || matches(path, address.path()));
    }

    private static boolean matches(String pattern, String text) {
        return pattern.endsWith(EVERY)
                ? text.startsWith(pattern.substring(0, pattern.length() - 1))
                : text.equals(pattern);
    }

    /** Whether it asks for the addresses of one agent, or of some whose names begin alike. */
    boolean asksForAgent() {
        return !names.get(0).equals(EVERY);
    }

    /** Whether an address is one under which the cluster keeps what belongs to others. */
    static boolean isInternal(Address address) {
        boolean byCluster = address.agent().equals("steward") || address.agent().equals("custody");
        return byCluster && address.project().equals("any") && address.task().equals("any");
    }
}

package beacon.node.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host and port, printed {@code host:port}; an IPv6 address in brackets.
 *
 * @param port 0 lets the system choose, for listening only
 */
public record Endpoint(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(\\[[0-9A-Fa-f:.%]{2,64}]|[A-Za-z0-9._-]{1,253}):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    public Endpoint {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("expected a port from 0 to 65535, but found " + port);
        }
    }

    /**
     * Reads {@code host:port}.
     *
     * @throws IllegalArgumentException when the text has another form
     */
    public static Endpoint parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected HOST:PORT, but found \"" + text + "\"");
        }
        String host = matcher.group(1);
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new Endpoint(bare, Integer.parseInt(matcher.group(2)));
    }

    /** The same host with another port. */
    public Endpoint withPort(int other) {
        return new Endpoint(host, other);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}

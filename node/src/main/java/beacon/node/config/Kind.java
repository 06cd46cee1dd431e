package beacon.node.config;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.WireException;
import beacon.proto.grpc.PeerIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the text of a setting becomes a value.
 *
 * @param form what a person may write, for the documentation
 * @param parser throws {@link IllegalArgumentException} with "expected …, but found …"
 */
record Kind<T>(String form, Function<String, T> parser) {
    static final Kind<String> NAME = new Kind<>("name", Kind::name);
    static final Kind<Path> PATH = new Kind<>("path", Kind::path);
    static final Kind<Endpoint> ENDPOINT = new Kind<>("host:port", Endpoint::parse);
    static final Kind<List<Endpoint>> ENDPOINTS = new Kind<>("host:port, separated by commas", Kind::endpoints);
    static final Kind<String> DOMAIN = new Kind<>("path, as eu/rack-7/host-3", Kind::domain);
    static final Kind<Duration> DURATION = new Kind<>("duration, as 500ms, 30s, 10m", Durations::parse);
    static final Kind<Long> BYTES = new Kind<>("size, as 4096, 64KiB, 32MiB", Kind::bytes);
    static final Kind<Integer> POWER_OF_TWO = new Kind<>("power of two", Kind::powerOfTwo);

    static final Kind<String> PROTOCOL = new Kind<>("protocol id, as /beacon/kad/1.0.0", Kind::protocol);
    static final Kind<List<Multiaddr>> PEERS =
            new Kind<>("multiaddrs that end with /p2p and a peer id, separated by commas", Kind::peers);

    static final Kind<String> SUBJECT = new Kind<>("subject of NATS, as backbeat.beat", Kind::subject);
    static final Kind<List<String>> NATS_SERVERS =
            new Kind<>("URLs, as nats://host:4222, separated by commas", Kind::natsServers);

    private static final Pattern SUBJECT_FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}(\\.[A-Za-z0-9_-]{1,64}){0,7}");
    private static final Pattern NATS_FORM = Pattern.compile("(nats|tls)://([^/@?#,]+)");
    private static final Pattern PROTOCOL_FORM = Pattern.compile("(/[A-Za-z0-9._-]{1,32}){1,4}");
    private static final int MAX_DOMAIN = 200;
    private static final Pattern BYTES_FORM = Pattern.compile("([0-9]{1,15})(B|KiB|MiB|GiB|TiB)?");

    /** One of a few words. */
    static Kind<String> oneOf(List<String> words) {
        String form = String.join(", ", words);
        return new Kind<>(form, text -> {
            if (!words.contains(text)) {
                throw new IllegalArgumentException("expected one of " + form + ", but found \"" + text + "\"");
            }
            return text;
        });
    }

    /** A whole number within bounds. */
    static Kind<Integer> countFrom(int least, int most) {
        return new Kind<>("whole number from " + least + " to " + most, text -> {
            int value = count(text);
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        "expected a whole number from " + least + " to " + most + ", but found " + text);
            }
            return value;
        });
    }

    /** A whole number within bounds, which may be large. */
    static Kind<Long> numberFrom(long least, long most) {
        return new Kind<>("whole number from " + least + (most == Long.MAX_VALUE ? "" : " to " + most), text -> {
            long value = number(text);
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        "expected a whole number of at least " + least + ", but found " + text);
            }
            return value;
        });
    }

    private static int powerOfTwo(String text) {
        int value = count(text);
        if (Integer.bitCount(value) != 1 || value < 1) {
            throw new IllegalArgumentException("expected a power of two, but found " + text);
        }
        return value;
    }

    private static String name(String text) {
        if (!PeerIdentity.isName(text)) {
            throw new IllegalArgumentException(
                    "expected 1 to 64 characters of [A-Za-z0-9._-], but found \"" + text + "\"");
        }
        return text;
    }

    private static Path path(String text) {
        if (text.isBlank() || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("expected a path, but found \"" + text + "\"");
        }
        return Path.of(text);
    }

    private static String subject(String text) {
        if (!SUBJECT_FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "expected names of [A-Za-z0-9_-] separated by dots, but found \"" + text + "\"");
        }
        return text;
    }

    /** Without a user in it: secrets belong in a file of their own. */
    private static List<String> natsServers(String text) {
        List<String> urls =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        for (String url : urls) {
            Matcher matcher = NATS_FORM.matcher(url);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "expected URLs as nats://host:4222 or tls://host:4222, without a user, but found another one");
            }
            Endpoint.parse(matcher.group(2));
        }
        return urls;
    }

    private static List<Endpoint> endpoints(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(Endpoint::parse)
                .toList();
    }

    private static String protocol(String text) {
        if (!PROTOCOL_FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "expected a protocol id as /beacon/kad/1.0.0, but found \"" + text + "\"");
        }
        return text;
    }

    private static List<Multiaddr> peers(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(Kind::peer)
                .toList();
    }

    private static Multiaddr peer(String text) {
        try {
            Multiaddr address = Multiaddr.parse(text);
            if (address.peer().isPresent() && address.withoutPeer().isPresent()) {
                return address;
            }
        } catch (WireException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        throw new IllegalArgumentException(
                "expected an address and /p2p with a peer id at its end, but found \"" + text + "\"");
    }

    private static String domain(String text) {
        boolean good = text.length() <= MAX_DOMAIN
                && Arrays.stream(text.split("/", -1)).allMatch(PeerIdentity::isName);
        if (!good) {
            throw new IllegalArgumentException("expected names separated by slashes, but found \"" + text + "\"");
        }
        return text;
    }

    private static long bytes(String text) {
        Matcher matcher = BYTES_FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a size as 4096, 64KiB or 32MiB, but found \"" + text + "\"");
        }
        long amount = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "B" : matcher.group(2);
        int power = List.of("B", "KiB", "MiB", "GiB", "TiB").indexOf(unit);
        return Math.multiplyExact(amount, 1L << (10 * power));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a whole number, but found \"" + text + "\"", e);
        }
    }

    private static int count(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a whole number, but found \"" + text + "\"", e);
        }
    }
}

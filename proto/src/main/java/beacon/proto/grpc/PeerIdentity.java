package beacon.proto.grpc;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who is at the other end of an authenticated connection, as its certificate says in a URI subject alternative name:
 * {@code beacon://<cluster>/<kind>/<name>}. The common name of a certificate means nothing to Beacon. The shape follows
 * SPIFFE ids: the authority is the trust domain, the path is the workload.
 *
 * @param cluster trust domain; a certificate of another cluster is a stranger even when the same CA signed it
 */
public record PeerIdentity(String cluster, Kind kind, String name) {
    /** What the bearer may be. */
    public enum Kind {
        /** A process of the index or a storage node: may serve. */
        MEMBER,
        /** Appends and reads. */
        CLIENT,
        /** A client that may also change membership and take backups. */
        OPERATOR,
        /** Holds shares of organisation keys: may serve readers of artifacts, and is no process of the index. */
        CUSTODIAN;

        /** The word in the URI. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String WORD = "[A-Za-z0-9._-]{1,64}";
    private static final Pattern NAME = Pattern.compile(WORD);
    private static final Pattern URI =
            Pattern.compile("beacon://(" + WORD + ")/(member|client|operator|custodian)/(" + WORD + ")");

    /** GeneralName choice number of uniformResourceIdentifier, RFC 5280 section 4.2.1.6. */
    private static final int URI_NAME = 6;

    public PeerIdentity {
        requireName("cluster name", cluster);
        requireName("peer name", name);
    }

    /** Whether the text may name a cluster or a peer: 1 to 64 characters of {@code [A-Za-z0-9._-]}. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** The identity in a URI, or empty when the URI is not one of Beacon's. */
    public static Optional<PeerIdentity> parse(String uri) {
        Matcher matcher = URI.matcher(uri);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Kind kind = Kind.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
        return Optional.of(new PeerIdentity(matcher.group(1), kind, matcher.group(3)));
    }

    /**
     * The identity in a certificate whose chain the transport has already verified. Empty when it holds none, or more
     * than one: a bearer with two names would let each service choose another.
     */
    public static Optional<PeerIdentity> of(X509Certificate certificate) {
        List<PeerIdentity> found = new ArrayList<>();
        for (String uri : uris(certificate)) {
            parse(uri).ifPresent(found::add);
        }
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private static List<String> uris(X509Certificate certificate) {
        List<String> uris = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return uris;
            }
            for (List<?> name : names) {
                if (Integer.valueOf(URI_NAME).equals(name.get(0))) {
                    uris.add(String.valueOf(name.get(1)));
                }
            }
        } catch (CertificateParsingException e) {
            return List.of();
        }
        return uris;
    }

    /** The URI that a certificate carries. */
    public String uri() {
        return "beacon://" + cluster + "/" + kind.word() + "/" + name;
    }

    /** The name the log records as the actor of an event, for instance {@code client/alice}. */
    public String actor() {
        return kind.word() + "/" + name;
    }

    private static void requireName(String what, String text) {
        if (!isName(text)) {
            throw new IllegalArgumentException(
                    "expected a " + what + " of 1 to 64 characters of [A-Za-z0-9._-], but found \"" + text + "\"");
        }
    }
}

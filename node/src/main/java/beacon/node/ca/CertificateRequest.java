package beacon.node.ca;

import beacon.proto.grpc.PeerIdentity;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a leaf certificate is to say.
 *
 * @param hosts further host names and IP addresses of the bearer, beside localhost
 * @param validity how long from now
 */
public record CertificateRequest(PeerIdentity identity, List<String> hosts, Duration validity) {
    /** Ample for a host behind several names; a certificate travels in every handshake. */
    public static final int MAX_HOSTS = 64;

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9*]([A-Za-z0-9.:*-]{0,252})");

    public CertificateRequest {
        hosts = List.copyOf(hosts);
        if (hosts.size() > MAX_HOSTS) {
            throw new CaException("expected at most " + MAX_HOSTS + " hosts, but found " + hosts.size());
        }
        for (String host : hosts) {
            if (!HOST.matcher(host).matches() && !Subjects.isIpAddress(host)) {
                throw new CaException("expected a host name or an IP address, but found \"" + host + "\"");
            }
        }
        if (validity.isNegative() || validity.isZero()) {
            throw new CaException("expected a validity of at least one day, but found " + validity.toDays());
        }
    }
}

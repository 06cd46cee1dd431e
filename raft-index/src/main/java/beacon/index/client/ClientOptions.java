package beacon.index.client;

import beacon.index.tls.TlsFiles;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a client reaches the index.
 *
 * @param endpoints host:port of some members; the others are learned from them
 * @param tls certificate and key of the client; null only for a server without TLS, in tests
 * @param timeout how long an append or a read may take, all tries together
 */
public record ClientOptions(
        List<String> endpoints, @Nullable TlsFiles tls, Duration timeout) {
    public ClientOptions {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("expected at least one endpoint, but found none");
        }
    }
}

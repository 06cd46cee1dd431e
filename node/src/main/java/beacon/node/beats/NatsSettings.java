package beacon.node.beats;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where BACKBEAT is found, and what it is told.
 *
 * @param servers URLs, of which one is enough
 * @param clusterId of the frames that count; the name of the source on the log
 * @param subject of the frames
 * @param claims subject of status claims; empty: none are sent
 * @param reports subject of bar reports; empty: none are sent
 * @param ca PEM file with the certificates that sign those of the servers
 * @param credentials file of a NATS user
 */
public record NatsSettings(
        List<String> servers,
        String clusterId,
        String subject,
        String claims,
        String reports,
        Optional<Path> ca,
        Optional<Path> credentials) {
    public NatsSettings {
        servers = List.copyOf(servers);
    }
}

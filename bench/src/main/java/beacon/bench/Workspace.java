package beacon.bench;

import beacon.index.tls.TlsFiles;
import beacon.node.ca.CertificateAuthority;
import beacon.node.ca.CertificateRequest;
import beacon.proto.grpc.PeerIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory of one run, with a certificate authority for all its processes; gone when closed. */
final class Workspace implements AutoCloseable {
    static final String CLUSTER = "bench";

    private static final Duration VALIDITY = Duration.ofDays(2);

    private final Path directory;
    private final CertificateAuthority authority;

    private Workspace(Path directory, CertificateAuthority authority) {
        this.directory = directory;
        this.authority = authority;
    }

    /** Makes a new directory in the given one. */
    static Workspace in(Path parent) {
        try {
            Files.createDirectories(parent);
            Path directory = Files.createTempDirectory(parent, "run-").toAbsolutePath();
            return new Workspace(
                    directory,
                    CertificateAuthority.create(
                            directory.resolve("ca"), CLUSTER, "Beacon benchmark", InstantSource.system()));
        } catch (IOException e) {
            throw new UncheckedIOException("expected to make a directory in " + parent + ", but could not", e);
        }
    }

    Path directory() {
        return directory;
    }

    /** Certificate of a process or a client, in a directory of its own. */
    TlsFiles issue(PeerIdentity.Kind kind, String name) {
        return authority.issue(
                directory.resolve("tls").resolve(name),
                new CertificateRequest(new PeerIdentity(CLUSTER, kind, name), List.of("127.0.0.1"), VALIDITY));
    }

    @Override
    public void close() {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to delete " + directory + ", but could not", e);
        }
    }
}

package beacon.node.cli;

import beacon.index.tls.TlsFiles;
import beacon.node.config.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the cluster is and who the caller is: from the options, or from a home directory that {@code beacon up} made.
 */
record Profile(List<Endpoint> endpoints, TlsFiles tls) {
    /** In a home: one {@code host:port} a line, of the services for clients. */
    static final String ENDPOINTS_FILE = "endpoints";

    /** In a home: the certificate of its owner. */
    static final String CLIENT_DIRECTORY = "client";

    static final String HOME_DIRECTORY = ".beacon";
    static final String HOME_VARIABLE = "BEACON_HOME";

    static Profile find(RootCommand options, Map<String, String> environment, Path directory) {
        Optional<Path> home = home(environment, directory);
        return new Profile(
                endpoints(options.endpoints, home),
                tls(Optional.ofNullable(options.tlsDirectory).map(directory::resolve), home));
    }

    /** Only who the caller is, for services that are not the cluster's. */
    static TlsFiles tls(RootCommand options, Map<String, String> environment, Path directory) {
        return tls(Optional.ofNullable(options.tlsDirectory).map(directory::resolve), home(environment, directory));
    }

    /** Where the caller's certificate is. */
    static Path tlsDirectory(RootCommand options, Map<String, String> environment, Path directory) {
        return Optional.ofNullable(options.tlsDirectory)
                .map(directory::resolve)
                .or(() -> home(environment, directory).map(path -> path.resolve(CLIENT_DIRECTORY)))
                .orElseThrow(() ->
                        new Failure("NO_CERTIFICATE", "expected --tls-dir DIR or a home with a directory \"client\""));
    }

    /** The home named by the environment, else the nearest {@code .beacon} at or above a directory. */
    static Optional<Path> home(Map<String, String> environment, Path directory) {
        @Nullable String named = environment.get(HOME_VARIABLE);
        if (named != null && !named.isBlank()) {
            return Optional.of(directory.resolve(named));
        }
        for (@Nullable Path at = directory.toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(HOME_DIRECTORY))) {
                return Optional.of(at.resolve(HOME_DIRECTORY));
            }
        }
        return Optional.empty();
    }

    private static List<Endpoint> endpoints(List<String> given, Optional<Path> home) {
        if (!given.isEmpty()) {
            return given.stream().map(Profile::endpoint).toList();
        }
        Optional<Path> file = home.map(path -> path.resolve(ENDPOINTS_FILE)).filter(Files::isRegularFile);
        if (file.isEmpty()) {
            throw new Failure(
                    "NO_ENDPOINT",
                    "expected --endpoint HOST:PORT or a home with a file \"" + ENDPOINTS_FILE + "\", but found neither",
                    "start a cluster with: beacon up",
                    null);
        }
        try {
            return Files.readAllLines(file.get()).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(Profile::endpoint)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("expected a readable file " + file.get(), e);
        }
    }

    private static Endpoint endpoint(String text) {
        try {
            return Endpoint.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Failure("BAD_ENDPOINT", String.valueOf(e.getMessage()), null, e);
        }
    }

    private static TlsFiles tls(Optional<Path> given, Optional<Path> home) {
        Optional<Path> found = given.or(() -> home.map(path -> path.resolve(CLIENT_DIRECTORY)));
        return TlsFiles.in(found.orElseThrow(() -> new Failure(
                "NO_CERTIFICATE",
                "expected --tls-dir DIR or a home with a directory \"" + CLIENT_DIRECTORY + "\", but found neither",
                "make a certificate with: beacon ca issue",
                null)));
    }
}

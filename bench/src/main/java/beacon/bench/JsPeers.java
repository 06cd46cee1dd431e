package beacon.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The js-libp2p peers that Beacon is measured against, installed by npm. */
final class JsPeers {
    private static final List<String> FILES =
            List.of("dht.mjs", "polyfill.mjs", "package.json", "package-lock.json", ".npmrc");
    private static final String LOCK = "package-lock.json";
    private static final String INSTALLED = "installed";
    private static final long INSTALL_MINUTES = 5;

    private final Path directory;

    private JsPeers(Path directory) {
        this.directory = directory;
    }

    /** Installs them; empty, with the reason said, when that cannot be done here. */
    static Optional<JsPeers> install(Path directory, Progress progress) {
        try {
            Files.createDirectories(directory);
            for (String file : FILES) {
                try (InputStream in = JsPeers.class.getResourceAsStream("js/" + file)) {
                    if (in == null) {
                        throw new BenchException("expected the resource js/" + file + ", but found none");
                    }
                    Files.copy(in, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Path installed = directory.resolve(INSTALLED);
            if (!Files.exists(installed) || Files.mismatch(directory.resolve(LOCK), installed) >= 0) {
                progress.say("installing js-libp2p");
                if (!npm(directory)) {
                    progress.say("npm could not install js-libp2p (see " + directory.resolve("npm.log")
                            + "): baseline is null");
                    return Optional.empty();
                }
                Files.copy(directory.resolve(LOCK), installed, StandardCopyOption.REPLACE_EXISTING);
            }
            return Optional.of(new JsPeers(directory));
        } catch (IOException e) {
            progress.say("js-libp2p cannot be installed (" + e.getMessage() + "): baseline is null");
            return Optional.empty();
        }
    }

    private static boolean npm(Path directory) throws IOException {
        Process process = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("npm.log").toFile())
                .start();
        try {
            return process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Versions of the peer and of what runs it. */
    String version() {
        try {
            String manifest = Files.readString(directory.resolve("node_modules/libp2p/package.json"));
            String libp2p = manifest.replaceAll("(?s).*\"version\":\\s*\"([^\"]+)\".*", "$1");
            Process node = new ProcessBuilder("node", "--version").start();
            return "js-libp2p " + libp2p + ", node "
                    + new String(node.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DhtNetwork.Starter starter(int bucketSize) {
        return (nodes, bootstrap) -> {
            List<String> command = new ArrayList<>(Arrays.asList(
                    "node", "dht.mjs", "--nodes", Integer.toString(nodes), "--k", Integer.toString(bucketSize)));
            if (!bootstrap.isEmpty()) {
                command.addAll(List.of("--bootstrap", bootstrap));
            }
            return new ProcessBuilder(command).directory(directory.toFile());
        };
    }
}

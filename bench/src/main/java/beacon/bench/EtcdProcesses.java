package beacon.bench;

import beacon.index.tls.TlsFiles;
import beacon.node.process.FreePorts;
import beacon.node.process.LocalProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Three etcd processes on loopback, each with its own directory, fsync on, TLS for clients and peers. */
final class EtcdProcesses implements AutoCloseable {
    private static final int MEMBERS = 3;

    /** Its default of 2 GiB could end a long run. */
    private static final long QUOTA_BYTES = 8L << 30;

    private final List<LocalProcess> members;
    private final List<String> endpoints;

    private EtcdProcesses(List<LocalProcess> members, List<String> endpoints) {
        this.members = members;
        this.endpoints = endpoints;
    }

    /** Version of the installed etcd; empty when there is none. */
    static Optional<String> installedVersion() {
        try {
            Process process = new ProcessBuilder("etcd", "--version")
                    .redirectErrorStream(true)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> line.startsWith("etcd Version: "))
                    .map(line -> line.substring("etcd Version: ".length()).trim())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Starts them; the first call that succeeds tells that they are ready. */
    static EtcdProcesses start(Path directory, TlsFiles tls) {
        List<Integer> ports = FreePorts.find(2 * MEMBERS, new SplittableRandom());
        List<String> peers = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            peers.add("m" + i + "=" + url(ports.get(MEMBERS + i)));
        }
        List<LocalProcess> members = new ArrayList<>();
        List<String> endpoints = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            Path home = directory.resolve("etcd-" + i);
            try {
                Files.createDirectories(home);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            endpoints.add(url(ports.get(i)));
            ProcessBuilder command =
                    command(i, home, url(ports.get(i)), url(ports.get(MEMBERS + i)), String.join(",", peers), tls);
            members.add(LocalProcess.start("etcd m" + i, command, home.resolve("log")));
        }
        return new EtcdProcesses(members, endpoints);
    }

    List<String> endpoints() {
        return endpoints;
    }

    /** Fails when one of them has ended. */
    void checkAlive() {
        for (LocalProcess member : members) {
            if (!member.isAlive()) {
                throw new BenchException("expected " + member.name() + " to run, but it ended:\n" + member.logTail());
            }
        }
    }

    @Override
    public void close() {
        members.forEach(LocalProcess::close);
    }

    private static ProcessBuilder command(
            int number, Path home, String clientUrl, String peerUrl, String cluster, TlsFiles tls) {
        List<String> command = new ArrayList<>(List.of("etcd", "--name", "m" + number));
        command.addAll(List.of("--data-dir", home.resolve("data").toString()));
        command.addAll(List.of("--listen-client-urls", clientUrl, "--advertise-client-urls", clientUrl));
        command.addAll(List.of("--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl));
        command.addAll(List.of("--initial-cluster", cluster, "--initial-cluster-state", "new"));
        command.addAll(List.of("--quota-backend-bytes", Long.toString(QUOTA_BYTES)));
        command.addAll(List.of("--logger", "zap", "--log-level", "warn"));
        for (String side : List.of("", "peer-")) {
            command.addAll(List.of("--" + side + "cert-file", tls.certificate().toString()));
            command.addAll(List.of("--" + side + "key-file", tls.key().toString()));
            command.addAll(List.of("--" + side + "trusted-ca-file", tls.ca().toString()));
            command.add("--" + side + "client-cert-auth");
        }
        return new ProcessBuilder(command).directory(new File(home.toString()));
    }

    private static String url(int port) {
        return "https://127.0.0.1:" + port;
    }
}

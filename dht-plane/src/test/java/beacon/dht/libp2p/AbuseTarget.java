package beacon.dht.libp2p;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.node.DhtConfig;
import beacon.dht.node.DhtMetrics;
import beacon.dht.node.DhtNode;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A DHT node in a process with little memory: what bad peers make it keep shows in its resident size, and what they make
 * it keep beyond its heap ends it. It answers each line of input with its numbers.
 */
final class AbuseTarget implements AutoCloseable {
    /** Less than what one case may cost, and with it all there is beside the JVM itself. */
    private static final List<String> FLAGS = List.of(
            "-Xmx112m",
            "-XX:MaxDirectMemorySize=32m",
            "-XX:+UseSerialGC",
            "-XX:MinHeapFreeRatio=15",
            "-XX:+ExitOnOutOfMemoryError");

    private final Process process;
    private final BufferedReader lines;
    private final BufferedWriter commands;
    private final KadPeer peer;

    private AbuseTarget(Process process) throws IOException {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        String[] ready = nextLine().split(" ", 2);
        this.peer = new KadPeer(PeerId.parse(ready[0]), List.of(Multiaddr.parse(ready[1])));
    }

    static AbuseTarget start() {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add(AbuseTarget.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        try {
            return new AbuseTarget(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String nextLine() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new AssertionError("expected the target to live, but it has ended");
        }
        return line;
    }

    KadPeer peer() {
        return peer;
    }

    Multiaddr address() {
        return peer.addresses().get(0);
    }

    /** Its numbers by name, {@code rss_mib} among them. */
    Map<String, Long> numbers() {
        try {
            commands.write("\n");
            commands.flush();
            Map<String, Long> numbers = new TreeMap<>();
            for (String part : nextLine().split(" ", -1)) {
                numbers.put(
                        part.substring(0, part.indexOf('=')), Long.parseLong(part.substring(part.indexOf('=') + 1)));
            }
            return numbers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The process. */
    public static void main(String[] arguments) throws IOException {
        DhtNode node = DhtNode.start(new DhtConfig(
                Optional.empty(),
                List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")),
                Limits.forLoopback(),
                KadConfig.server(KadConfig.BEACON, List.of()),
                DhtConfig.Upkeep.DEFAULT,
                "beacon-test"));
        System.out.println(
                node.host().id() + " " + node.host().listenAddresses().get(0));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            DhtMetrics metrics = node.metrics().join();
            StringBuilder line = new StringBuilder("rss_mib=" + residentMebibytes());
            metrics.gauges()
                    .forEach((name, value) ->
                            line.append(' ').append(name).append('=').append(value.longValue()));
            metrics.counters()
                    .forEach((name, value) -> line.append(' ')
                            .append("total_")
                            .append(name)
                            .append('=')
                            .append(value));
            System.out.println(line);
        }
        System.exit(0);
    }

    private static long residentMebibytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D+", "")) >> 10;
            }
        }
        return 0;
    }
}

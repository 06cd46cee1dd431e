package beacon.dht.libp2p;

import beacon.dht.bitswap.Bitswap;
import beacon.dht.bitswap.BitswapCounters;
import beacon.dht.bitswap.BitswapLimits;
import beacon.dht.bitswap.Blocks;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.file.FileBlockstore;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

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

    /** What the target has to give. */
    static final int BLOCKS = 64;

    static final int BLOCK_BYTES = 256 << 10;

    private static final int MOST_SECONDS_TO_END = 60;

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

    /** @param directory empty; for its blocks */
    static AbuseTarget start(Path directory) {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add(AbuseTarget.class.getName());
        command.add(directory.toString());
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
        try {
            if (!process.waitFor(MOST_SECONDS_TO_END, TimeUnit.SECONDS)) {
                throw new AssertionError("expected a killed target to end, but it goes on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
        Bitswap bitswap = node.ask(() -> Bitswap.start(
                        node.host(),
                        new Bitswap.Settings(
                                filledStore(Path.of(arguments[0])),
                                Executors.newFixedThreadPool(2),
                                InstantSource.system(),
                                BitswapLimits.defaults())))
                .join();
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
            addExchange(line, node.ask(bitswap::counters).join());
            line.append(" bitswap_unsent_bytes=")
                    .append(node.ask(bitswap::unsentBytes).join());
            System.out.println(line);
        }
        System.exit(0);
    }

    private static FileBlockstore filledStore(Path folder) {
        FileBlockstore store = FileBlockstore.open(
                folder,
                new FileBlockstore.Options(new BlockLimits(1 << 30, 2 << 20), 1 << 20, false),
                (cid, size) -> {});
        Blocks.random(BLOCKS, BLOCK_BYTES).forEach(store::put);
        return store;
    }

    private static void addExchange(StringBuilder line, BitswapCounters.Snapshot counters) {
        Map<String, Long> numbers = new TreeMap<>();
        numbers.put("messages_refused", counters.messagesRefused());
        numbers.put("wants_ignored", counters.wantsIgnored());
        numbers.put("wants_remembered", counters.wantsReceived() - counters.wantsIgnored());
        numbers.put("slow_peers", counters.slowPeers());
        numbers.put("limits_reached", counters.limitsReached());
        numbers.put("unwanted", counters.unwanted());
        numbers.put("blocks_received", counters.blocksReceived());
        numbers.forEach((name, value) ->
                line.append(" total_bitswap_").append(name).append('=').append(value));
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

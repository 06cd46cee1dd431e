package beacon.node.cli;

import beacon.node.process.Places;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A network of its own for each process, on one bridge, so that a process can be cut off from all others in both directions:
 * its frames are dropped without a word, as by a switch that lost the port. Needs root and iproute2.
 */
final class NamespaceNetwork implements Places, AutoCloseable {
    private static final int BRIDGE_HOST = 254;
    private static final int FIRST_NET = 64;
    private static final int NETS = 64;
    private static final long COMMAND_SECONDS = 20;

    /** States of a bridge's port: nothing passes, and all does. */
    private static final String DISABLED = "0";

    private static final String FORWARDING = "3";

    private final String prefix;
    private final String net;
    private final Map<String, Integer> hosts = new LinkedHashMap<>();

    private NamespaceNetwork(long id) {
        this.prefix = "bcn" + id % 10_000;
        this.net = "10.%d.%d.".formatted(FIRST_NET + (id >> 8) % NETS, id & 255);
    }

    /** This machine does not allow it; the message says why. */
    static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnavailableException(String message) {
            super(message);
        }
    }

    static NamespaceNetwork open(List<String> names) throws UnavailableException {
        NamespaceNetwork network = new NamespaceNetwork(ProcessHandle.current().pid());
        Runtime.getRuntime().addShutdownHook(new Thread(network::remove, "network-end"));
        try {
            network.build(names);
            return network;
        } catch (UnavailableException e) {
            network.remove();
            throw e;
        }
    }

    private void build(List<String> names) throws UnavailableException {
        run("ip", "link", "add", prefix, "type", "bridge");
        run("ip", "addr", "add", net + BRIDGE_HOST + "/24", "dev", prefix);
        run("ip", "link", "set", prefix, "up");
        for (String name : names) {
            hosts.put(name, hosts.size() + 1);
            String space = space(name);
            run("ip", "netns", "add", space);
            run("ip", "link", "add", port(name), "type", "veth", "peer", "name", "eth0", "netns", space);
            run("ip", "link", "set", port(name), "master", prefix, "up");
            run("ip", "-n", space, "addr", "add", host(name) + "/24", "dev", "eth0");
            run("ip", "-n", space, "link", "set", "eth0", "up");
            run("ip", "-n", space, "link", "set", "lo", "up");
        }
        if (!names.isEmpty()) {
            cut(names.get(0));
            mend(names.get(0));
        }
    }

    private String space(String name) {
        return prefix + "-" + name;
    }

    private String port(String name) {
        return prefix + name;
    }

    @Override
    public String host(String name) {
        Integer number = hosts.get(name);
        return number == null ? net + BRIDGE_HOST : net + number;
    }

    @Override
    public List<String> launcher(String name) {
        return hosts.containsKey(name) ? List.of("ip", "netns", "exec", space(name)) : List.of();
    }

    /** From now on nothing gets to a process or from it. */
    void cut(String name) throws UnavailableException {
        run("bridge", "link", "set", "dev", port(name), "state", DISABLED);
    }

    void mend(String name) throws UnavailableException {
        run("bridge", "link", "set", "dev", port(name), "state", FORWARDING);
    }

    private static void run(String... command) throws UnavailableException {
        String said;
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return;
            }
        } catch (IOException e) {
            said = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            said = "interrupted";
        }
        throw new UnavailableException(
                "expected \"%s\" to work, but found: %s".formatted(String.join(" ", command), said));
    }

    private void remove() {
        for (String name : hosts.keySet()) {
            quietly("ip", "netns", "del", space(name));
            quietly("ip", "link", "del", port(name));
        }
        quietly("ip", "link", "del", prefix);
    }

    /** What is not there need not be removed. */
    private static void quietly(String... command) {
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        remove();
    }
}

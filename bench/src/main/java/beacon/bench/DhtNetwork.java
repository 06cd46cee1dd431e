package beacon.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;

/**
 * A DHT of one implementation on the loopback: processes with as many nodes each, driven by the line protocol of {@code
 * beacon dht shell}.
 */
final class DhtNetwork implements AutoCloseable {
    private final String name;
    private final int nodesPerProcess;
    private final List<LineProcess> processes = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();

    /** How a process is started. */
    interface Starter {
        /**
         * The command.
         *
         * @param nodes in the process
         * @param bootstrap address of a node to start from; empty for the first process
         */
        ProcessBuilder command(int nodes, String bootstrap);
    }

    private DhtNetwork(String name, int nodesPerProcess) {
        this.name = name;
        this.nodesPerProcess = nodesPerProcess;
    }

    /** Starts all nodes; they have met their bootstrap peer when this returns. */
    static DhtNetwork start(String name, int nodes, int processes, Starter starter) {
        DhtNetwork network = new DhtNetwork(name, nodes / processes);
        try {
            for (int i = 0; i < processes; i++) {
                String bootstrap = network.addresses.isEmpty() ? "" : network.addresses.get(0);
                LineProcess process = LineProcess.start(name, starter.command(nodes / processes, bootstrap));
                network.processes.add(process);
                for (int j = 0; j < nodes / processes; j++) {
                    JsonArray addrs = parsed(process.nextLine()).getAsJsonArray("addrs");
                    network.addresses.add(addrs.get(0).getAsString());
                }
            }
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private static JsonObject parsed(String line) {
        return JsonParser.parseString(line).getAsJsonObject();
    }

    String name() {
        return name;
    }

    int nodes() {
        return addresses.size();
    }

    /** Runs a command on a node; the whole answer, which must be a good one. */
    JsonObject ask(int node, String command) {
        LineProcess process = processes.get(node / nodesPerProcess);
        process.send("@" + node % nodesPerProcess + " " + command);
        JsonObject answer = parsed(process.nextLine());
        if (!answer.get("ok").getAsBoolean()) {
            throw new BenchException("expected " + name + " to do \"" + command + "\", but found " + answer);
        }
        return answer;
    }

    private List<JsonObject> stats() {
        List<JsonObject> all = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            all.add(ask(i * nodesPerProcess, "stats").getAsJsonObject("result"));
        }
        return all;
    }

    /** Processor time of all nodes since their start. */
    double cpuMillis() {
        return stats().stream()
                .mapToDouble(one -> one.get("cpuMs").getAsDouble())
                .sum();
    }

    /** Resident memory of all processes, shared by the nodes. */
    double residentBytesPerNode() {
        return stats().stream()
                        .mapToDouble(one ->
                                one.getAsJsonObject("memory").get("rssBytes").getAsDouble())
                        .sum()
                / nodes();
    }

    @Override
    public void close() {
        processes.forEach(LineProcess::close);
    }
}

package beacon.node.dht;

import beacon.dht.node.DhtNode;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * The line protocol of a DHT peer for scripts: a line for each node that is ready, then one line of JSON for each line of
 * input, in order. With several nodes in the process, {@code @3} in front of a command addresses the fourth.
 */
public final class DhtShell {
    private static final Gson JSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private final List<DhtNode> nodes;
    private final List<DhtCommands> commands;
    private final PrintStream out;
    private long count;

    /** A shell over nodes that run.
     *
     * @param out gets the lines, each flushed */
    public DhtShell(List<DhtNode> nodes, PrintStream out) {
        this.nodes = List.copyOf(nodes);
        this.commands = nodes.stream().map(DhtCommands::new).toList();
        this.out = out;
    }

    /** Says that the nodes are ready, and answers lines until {@code exit} or the end of the input. */
    public void run(InputStream in) throws IOException {
        for (int i = 0; i < nodes.size(); i++) {
            print(ready(i));
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        boolean goOn = true;
        for (String line = lines.readLine(); line != null && goOn; line = goOn ? lines.readLine() : null) {
            if (!line.isBlank()) {
                goOn = answer(line);
            }
        }
    }

    private JsonObject ready(int index) {
        DhtNode node = nodes.get(index);
        JsonObject object = new JsonObject();
        object.addProperty("event", "ready");
        object.addProperty("peerId", node.host().id().toString());
        object.add(
                "addrs",
                DhtJson.texts(node.host().listenAddresses().stream()
                        .map(address -> address.withPeer(node.host().id()))
                        .toList()));
        object.addProperty("pid", ProcessHandle.current().pid());
        if (nodes.size() > 1) {
            object.addProperty("node", index);
        }
        return object;
    }

    private boolean answer(String line) {
        count++;
        Words words = new Words(line);
        String command = words.next("a command");
        long start = System.nanoTime();
        JsonObject answer = new JsonObject();
        answer.addProperty("n", count);
        boolean exit = false;
        try {
            int node = 0;
            if (command.startsWith("@")) {
                node = index(command);
                command = words.next("a command");
            }
            answer.addProperty("cmd", command);
            exit = command.equals("exit");
            JsonObject result = exit
                    ? new JsonObject()
                    : commands.get(node).run(command, words).join();
            finish(answer, true, start);
            answer.add("result", result);
        } catch (CompletionException e) {
            finish(answer, false, start);
            answer.addProperty("error", message(e.getCause() == null ? e : e.getCause()));
        } catch (RuntimeException e) {
            // Whatever it was, the script is told, and its next line is answered.
            answer.addProperty("cmd", command);
            finish(answer, false, start);
            answer.addProperty("error", message(e));
        }
        print(answer);
        return !exit;
    }

    private int index(String text) {
        try {
            int index = Integer.parseInt(text.substring(1));
            if (index >= 0 && index < nodes.size()) {
                return index;
            }
        } catch (NumberFormatException e) {
            throw new ShellException("expected @ and a number, but found " + text);
        }
        throw new ShellException("expected a node of 0 to " + (nodes.size() - 1) + ", but found " + text);
    }

    private static void finish(JsonObject answer, boolean ok, long startNanos) {
        answer.addProperty("ok", ok);
        answer.addProperty("ms", Math.rint((System.nanoTime() - startNanos) / 1e3) / 1e3);
    }

    private static String message(Throwable failure) {
        return Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
    }

    private void print(JsonObject object) {
        out.print(JSON.toJson(object) + "\n");
        out.flush();
    }
}

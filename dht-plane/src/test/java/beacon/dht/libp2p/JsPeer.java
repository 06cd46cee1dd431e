package beacon.dht.libp2p;

import beacon.dht.testing.JsProcess;
import java.nio.file.Path;

/** A peer in JavaScript in a process of its own. */
final class JsPeer implements AutoCloseable {
    private final JsProcess process;
    private final String ready;
    private int count;

    private JsPeer(JsProcess process) {
        this.process = process;
        this.ready = process.nextLine();
    }

    /** Starts the peer, or skips the test with the reason why that cannot be done here. */
    static JsPeer start() {
        return start("", "peer.mjs");
    }

    /** Starts another peer, as {@link JsProcess#start(Path, String, String...)} does. */
    static JsPeer start(String folder, String script) {
        return new JsPeer(JsProcess.start(Path.of(folder), script));
    }

    /** The line that says who and where it is. */
    String ready() {
        return ready;
    }

    /** Runs a command with further JSON members and returns the whole answer, which must be a good one. */
    String ask(String command, String members) {
        count++;
        process.send("{\"n\":%d,\"cmd\":\"%s\"%s}".formatted(count, command, members));
        String answer = process.nextLine();
        if (!answer.startsWith("{\"n\":%d,\"ok\":true".formatted(count))) {
            throw new AssertionError("expected %s to succeed, but found %s".formatted(command, answer));
        }
        return answer;
    }

    @Override
    public void close() {
        process.close();
    }
}

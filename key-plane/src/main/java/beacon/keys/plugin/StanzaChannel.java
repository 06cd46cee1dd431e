package beacon.keys.plugin;

import beacon.keys.envelope.Stanza;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands and answers as stanzas, in the very form they have in a header. */
final class StanzaChannel {
    static final String DONE = "done";

    private final InputStream in;
    private final OutputStream out;

    StanzaChannel(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** The next command of the other side. */
    Stanza read() throws IOException {
        return Stanza.read(in);
    }

    /** Says something and waits for the answer to it. */
    Stanza ask(Stanza command) throws IOException {
        say(command);
        return read();
    }

    /** Ends a phase: nobody answers. */
    void done() throws IOException {
        say(Stanza.of(new byte[0], DONE));
    }

    private void say(Stanza command) throws IOException {
        out.write(command.text().getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Tells the user, by way of the other side, that and why it does not work. */
    void error(List<String> about, String message) throws IOException {
        List<String> arguments = new java.util.ArrayList<>(List.of("error"));
        arguments.addAll(about);
        ask(Stanza.of(message.getBytes(StandardCharsets.UTF_8), arguments.toArray(new String[0])));
    }
}

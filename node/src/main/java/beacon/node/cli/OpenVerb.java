package beacon.node.cli;

import beacon.keys.client.Channels;
import beacon.keys.client.CustodianIdentity;
import beacon.keys.envelope.AgeFile;
import beacon.keys.envelope.PayloadReader;
import beacon.keys.vault.SystemEntropy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code beacon open}: decrypts with the help of enough custodians. */
@Command(
        name = "open",
        description = {
            "Decrypt FILE with the help of the organisation's custodians; any threshold of them is enough.",
            "\"-\" is standard input."
        })
final class OpenVerb implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 17;

    private final Session session;

    @Parameters(paramLabel = "FILE")
    @SuppressWarnings("NullAway.Init") // set by picocli
    Path file;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to (default: standard output).")
    @Nullable
    Path out;

    @Option(names = "--log", description = "The header of FILE is on the log, under the CID of FILE.")
    boolean log;

    @Mixin
    CustodyOptions key = new CustodyOptions();

    @Mixin
    ReaderOptions reader = new ReaderOptions();

    OpenVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        InputStream source = log
                ? Artifacts.read(session, file)
                : file.toString().equals("-") ? session.console().in() : Files.newInputStream(session.resolve(file));
        try (Channels channels = CustodyOptions.channels(session);
                InputStream in = new BufferedInputStream(source, BUFFER_BYTES)) {
            CustodianIdentity identity = new CustodianIdentity(
                    key.record(session), reader.reader(session), channels, session.clock(), new SystemEntropy());
            try (PayloadReader plain = AgeFile.open(List.of(identity), in)) {
                SealVerb.OutputFile.write(session, out, plain::transferTo);
            }
            identity.liars()
                    .forEach(name -> session.console()
                            .err()
                            .println("beacon: custodian " + name + " gave an answer that does not verify"));
        }
        return 0;
    }
}

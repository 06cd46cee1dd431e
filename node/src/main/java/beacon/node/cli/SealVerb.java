package beacon.node.cli;

import beacon.keys.envelope.AgeFile;
import beacon.keys.envelope.PayloadWriter;
import beacon.keys.envelope.Recipient;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.vault.SystemEntropy;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code beacon seal}: encrypts to the organisation; asks nobody. */
@Command(
        name = "seal",
        description = {
            "Encrypt FILE to the organisation: an age file whose wrap is bound to its writer and its policy.",
            "Needs only the public record of the key; \"-\" is standard input."
        })
final class SealVerb implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 17;

    private final Session session;

    @Parameters(paramLabel = "FILE")
    @SuppressWarnings("NullAway.Init") // set by picocli
    Path file;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to (default: standard output).")
    @Nullable
    Path out;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Whose conditions decide who may open (default: default).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    String policy;

    @Option(
            names = "--writer",
            paramLabel = "NAME",
            defaultValue = "anybody",
            description = "Who seals, as it will stand in the file (default: anybody).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    String writer;

    @Option(
            names = "--hybrid",
            description = "Also against quantum computers; stock age opens it with the plugin only.")
    boolean hybrid;

    @Option(
            names = {"-r", "--recipient"},
            paramLabel = "AGE1…",
            description = "Further recipients that open it without custodians.")
    List<String> recipients = List.of();

    @Option(
            names = "--log",
            description = {
                "Put the header on the log, so that the key can be rotated; --out gets the rest, and its CID is printed."
            })
    boolean log;

    @Mixin
    CustodyOptions key = new CustodyOptions();

    SealVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        List<Recipient> all = new ArrayList<>();
        all.add(new OrgRecipient(key.record(session), writer, policy, hybrid));
        recipients.forEach(text -> all.add(CustodianVerb.recipient(text)));
        if (log) {
            Artifacts.seal(session, all, key.record(session).keyId(), file, out);
            return 0;
        }
        try (InputStream in =
                file.toString().equals("-") ? session.console().in() : Files.newInputStream(session.resolve(file))) {
            OutputFile.write(session, out, target -> {
                PayloadWriter payload = AgeFile.seal(all, new SystemEntropy(), target);
                in.transferTo(payload);
                payload.finish();
            });
        }
        return 0;
    }

    /** Results go beside their place until they are whole. */
    static final class OutputFile {
        private OutputFile() {}

        interface Writing {
            void to(OutputStream target) throws IOException;
        }

        static void write(Session session, @Nullable Path out, Writing writing) throws IOException {
            if (out == null) {
                writing.to(session.console().out());
                session.console().out().flush();
                return;
            }
            Path target = session.resolve(out);
            Path fresh = target.resolveSibling("." + target.getFileName() + ".part");
            try {
                try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(fresh), BUFFER_BYTES)) {
                    writing.to(file);
                }
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
        }
    }
}

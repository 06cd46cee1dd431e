package beacon.node.cli;

import beacon.index.tls.TlsFiles;
import beacon.keys.client.Channels;
import beacon.keys.client.CustodianIdentity;
import beacon.keys.client.Reader;
import beacon.keys.envelope.Identity;
import beacon.keys.plugin.AgePlugin;
import beacon.keys.plugin.PluginIdentity;
import beacon.keys.records.RecordCodec;
import beacon.keys.vault.SystemEntropy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code beacon age-plugin}: what {@code age-plugin-beacon} runs; {@code age} speaks to it over the standard streams. */
@Command(
        name = "age-plugin",
        hidden = true,
        description = "Speak the age plugin protocol; started by age by way of age-plugin-beacon.")
final class AgePluginVerb implements Callable<Integer> {
    private final Session session;
    private final List<Channels> channels = new ArrayList<>();

    @Option(names = "--age-plugin", required = true, paramLabel = "STATE-MACHINE", description = "What age wants.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String stateMachine;

    AgePluginVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        AgePlugin plugin =
                new AgePlugin(session.console().in(), session.console().out(), this::identity, new SystemEntropy());
        try {
            switch (stateMachine) {
                case AgePlugin.IDENTITY_V1 -> plugin.identityV1();
                case AgePlugin.RECIPIENT_V1 -> plugin.recipientV1();
                default -> throw new Failure("USAGE", AgePlugin.unknown(stateMachine));
            }
        } finally {
            channels.forEach(Channels::close);
        }
        return 0;
    }

    private Identity identity(PluginIdentity found) {
        ReaderOptions options = new ReaderOptions();
        options.subjectKey = found.subjectKey().map(Path::of).orElse(null);
        options.claims = found.claims().stream().map(Path::of).toList();
        options.approvals = found.approvals().stream().map(Path::of).toList();
        options.purpose = "age";
        Channels opened =
                new Channels(TlsFiles.in(Path.of(found.tlsDirectory())).clientContext(), session.timeout());
        channels.add(opened);
        Reader reader = options.reader(session);
        try {
            return new CustodianIdentity(
                    RecordCodec.parse(Files.readString(Path.of(found.keyFile()))),
                    reader,
                    opened,
                    session.clock(),
                    new SystemEntropy());
        } catch (IOException e) {
            throw new UncheckedIOException("expected a key record in " + found.keyFile(), e);
        }
    }
}

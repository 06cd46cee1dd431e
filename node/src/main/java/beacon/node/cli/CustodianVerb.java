package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.keys.authority.Budgets;
import beacon.keys.custodian.Custodian;
import beacon.keys.custodian.CustodianHome;
import beacon.keys.custodian.EventFile;
import beacon.keys.custodian.Rehearsal;
import beacon.keys.envelope.HybridRecipient;
import beacon.keys.envelope.Recipient;
import beacon.keys.envelope.X25519Recipient;
import beacon.keys.fragments.Ritual;
import beacon.keys.fragments.StoreSeal;
import beacon.keys.grpc.CustodyServer;
import beacon.keys.signatures.OrgRoot;
import beacon.keys.vault.SystemEntropy;
import beacon.node.config.Endpoint;
import beacon.node.custody.CustodyLog;
import com.google.gson.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon custodian}: one holder of shares, its directory and its service. */
@Command(name = "custodian", description = "Set up, run, back up and restore one custodian of organisation keys.")
final class CustodianVerb implements Runnable {
    /** So many that the JVM has compiled what they need, in a second or two. */
    private static final int REHEARSALS = 40;

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    CustodianVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "expected init, serve, inspect, backup or restore");
    }

    /** Who a custodian is to be. */
    static final class AboutOptions {
        @Option(names = "--name", required = true, description = "Name of the custodian, as in its certificate.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        String name;

        @Option(names = "--org", required = true, description = "Organisation whose keys it holds.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        String organisation;

        @Option(
                names = "--root",
                paramLabel = "FILE",
                description = {
                    "The organisation's public root: rituals, role claims and revocations count only with its signature.",
                    "Without it, operators run rituals and every certificate of the CA may open."
                })
        @Nullable
        Path root;

        CustodianHome.About about(Session session) {
            return new CustodianHome.About(
                    name, organisation, root == null ? Optional.empty() : Optional.of(root(session, root)));
        }

        private static OrgRoot root(Session session, Path file) {
            return RoleFiles.root(session.resolve(file));
        }
    }

    @Command(name = "init", description = "Make a new custodian in DIR, with keys of its own.")
    void init(@Parameters(paramLabel = "DIR") Path directory, @Mixin AboutOptions about, @Mixin SealOptions seal) {
        Path target = session.resolve(directory);
        CustodianHome.About who = about.about(session);
        try (CustodianHome home = CustodianHome.initialize(
                target, who.name(), who.organisation(), who.root(), seal.seal(session), new SystemEntropy())) {
            print(home, target);
        }
    }

    private void print(CustodianHome home, Path directory) {
        JsonObject result = new JsonObject();
        result.addProperty("name", home.name());
        result.addProperty("organisation", home.organisation());
        result.addProperty("directory", directory.toString());
        session.output().object(result);
    }

    @Command(name = "serve", description = "Answer readers and take part in rituals, until stopped.")
    void serve(
            @Parameters(paramLabel = "DIR") Path directory,
            @Option(
                            names = "--listen",
                            required = true,
                            paramLabel = "HOST:PORT",
                            converter = EndpointConverter.class,
                            description = "Where to serve.")
                    Endpoint listen,
            @Option(
                            names = "--advertise",
                            paramLabel = "HOST:PORT",
                            converter = EndpointConverter.class,
                            description = "Where others reach it (default: --listen).")
                    @Nullable
                    Endpoint advertise,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "60",
                            description = "Wraps that one subject may open in a minute (default: 60).")
                    int limit,
            @Option(
                            names = "--log",
                            description = {
                                "Follow the cluster of --endpoint or of the home: decisions are events there, and keys open and"
                                        + " claims count only as it says. Without it they are kept in the directory."
                            })
                    boolean log,
            @Mixin SealOptions seal) {
        Path source = session.resolve(directory);
        String reached = String.valueOf(advertise == null ? listen : advertise);
        Budgets.Limit budget = new Budgets.Limit(limit, Duration.ofMinutes(1));
        SystemEntropy entropy = new SystemEntropy();
        try (CustodianHome home = CustodianHome.open(source, seal.seal(session), entropy)) {
            if (log) {
                try (BeaconClient client = session.connect();
                        CustodyLog events = new CustodyLog(client, session.timeout());
                        Custodian custodian = new Custodian(home, reached, budget, events, session.clock(), entropy)) {
                    events.follow(custodian);
                    serve(custodian, home.name(), listen);
                }
            } else {
                try (EventFile events = EventFile.open(source.resolve("events.jsonl"));
                        Custodian custodian = new Custodian(home, reached, budget, events, session.clock(), entropy)) {
                    serve(custodian, home.name(), listen);
                }
            }
        }
    }

    private void serve(Custodian custodian, String name, Endpoint endpoint) {
        Rehearsal rehearsal = new Rehearsal(new SystemEntropy());
        rehearsal.run();
        warmUp(rehearsal);
        CountDownLatch stopped = new CountDownLatch(1);
        try (CustodyServer server = CustodyServer.start(
                custodian,
                new InetSocketAddress(endpoint.host(), endpoint.port()),
                Profile.tls(session.options(), session.environment(), session.directory())
                        .serverContext())) {
            Shutdown.onSignal(server::close, stopped);
            session.output().line("custodian " + name + " serves at " + endpoint.host() + ":" + server.port());
            session.output().flush();
            Shutdown.await(stopped);
        }
    }

    /** Beside the service: the first ritual and the first answers shall not wait for the compiler. */
    private static void warmUp(Rehearsal rehearsal) {
        Thread thread = new Thread(
                () -> {
                    for (int time = 0; time < REHEARSALS; time++) {
                        rehearsal.run();
                    }
                },
                "rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    @Command(name = "inspect", description = "List the fragments of a stopped custodian; nothing secret is shown.")
    void inspect(@Parameters(paramLabel = "DIR") Path directory, @Mixin SealOptions seal) {
        try (CustodianHome home =
                CustodianHome.open(session.resolve(directory), seal.seal(session), new SystemEntropy())) {
            List<JsonObject> rows = new ArrayList<>();
            for (Ritual.Label label : home.fragments().list()) {
                JsonObject row = new JsonObject();
                row.addProperty("ritual", label.id());
                row.addProperty("timestamp", label.timestamp().toString());
                row.addProperty("key", HexFormat.of().formatHex(label.keyId().toByteArray()));
                row.addProperty("epoch", label.epoch());
                row.addProperty("index", label.index());
                row.addProperty(
                        "state", Ritual.isOwn(label) ? "OWN" : label.state().name());
                rows.add(row);
            }
            session.output().rows(List.of("ritual", "timestamp", "key", "epoch", "index", "state"), rows);
        }
    }

    @Command(
            name = "backup",
            description = {
                "Write all fragments and the custodian's own keys to one armored age file.",
                "It is sealed as the custodian is, or to --recipient; age -d shows it as JSON."
            })
    void backup(
            @Parameters(paramLabel = "DIR") Path directory,
            @Option(names = "--out", required = true, paramLabel = "FILE", description = "New file.") Path out,
            @Option(names = "--recipient", paramLabel = "AGE1…", description = "Seal the backup to this recipient.")
                    @Nullable
                    String recipient,
            @Mixin SealOptions seal) {
        Path target = session.resolve(out);
        StoreSeal own = seal.seal(session);
        StoreSeal backupSeal = recipient == null ? own : new StoreSeal(List.of(recipient(recipient)), List.of());
        try (CustodianHome home = CustodianHome.open(session.resolve(directory), own, new SystemEntropy());
                OutputStream file = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            home.fragments().backup(file, backupSeal, session.clock());
            JsonObject result = new JsonObject();
            result.addProperty("name", home.name());
            result.addProperty("file", target.toString());
            session.output().object(result);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Recipient recipient(String text) {
        return text.startsWith("age1pq") ? HybridRecipient.parse(text) : X25519Recipient.parse(text);
    }

    @Command(
            name = "restore",
            description = {
                "Make a custodian in the empty directory DIR of a backup.",
                "It answers once it has the present key records: beacon key status --repair gives it those of the others."
            })
    void restore(
            @Parameters(paramLabel = "DIR") Path directory,
            @Option(names = "--from", required = true, paramLabel = "FILE", description = "The backup.") Path from,
            @Option(
                            names = "--backup-passphrase-file",
                            paramLabel = "FILE",
                            description = "Passphrase of the backup, if it is not that of the custodian.")
                    @Nullable
                    Path backupPassphrase,
            @Option(
                            names = "--backup-identity-file",
                            paramLabel = "FILE",
                            description = "Identity that opens the backup, if it is not the custodian's.")
                    @Nullable
                    Path backupIdentity,
            @Mixin AboutOptions about,
            @Mixin SealOptions seal) {
        Path target = session.resolve(directory);
        SealOptions backupOptions = new SealOptions();
        backupOptions.workFactor = seal.workFactor;
        backupOptions.passphraseFile = backupPassphrase;
        backupOptions.identityFile = backupIdentity;
        boolean other = backupPassphrase != null || backupIdentity != null;
        StoreSeal own = seal.seal(session);
        try (InputStream file = new BufferedInputStream(Files.newInputStream(session.resolve(from)));
                CustodianHome home = CustodianHome.restore(
                        target,
                        about.about(session),
                        file,
                        other ? backupOptions.seal(session) : own,
                        own,
                        new SystemEntropy())) {
            print(home, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package beacon.node.daemon;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientOptions;
import beacon.index.tls.TlsFiles;
import beacon.keys.authority.Budgets;
import beacon.keys.client.Channels;
import beacon.keys.client.RitualCarrier;
import beacon.keys.custodian.Custodian;
import beacon.keys.custodian.CustodianHome;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.fragments.StoreSeal;
import beacon.keys.grpc.CustodyServer;
import beacon.keys.records.KeyKind;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualPlan;
import beacon.keys.records.Seat;
import beacon.keys.vault.SystemEntropy;
import beacon.node.custody.CustodyLog;
import beacon.node.custody.KeyCatalogue;
import beacon.node.custody.KeyLog;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Custodians of a local cluster, all in one process: enough to try everything, and no protection from whoever has that
 * process or its directory. The first start makes the organisation's key.
 */
public final class LocalCustodians implements AutoCloseable {
    public static final int CUSTODIANS = 3;

    /** In a home: the record of the organisation's key. */
    public static final String KEY_FILE = "org.key";

    private static final String HOST = "127.0.0.1";
    private static final String ORGANISATION = "local";
    private static final String SEAL_FILE = "identity";
    private static final int THRESHOLD = 2;
    private static final int OPENINGS_PER_MINUTE = 100_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CEREMONY = Duration.ofMinutes(5);

    private final Settings settings;
    private final SystemEntropy entropy = new SystemEntropy();
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final List<String> endpoints = new ArrayList<>();

    /**
     * What they are told.
     *
     * @param tls of each custodian
     * @param operator certificate that runs the ceremony and activates the key
     * @param firstPort they take this one and the next ones; a key remembers where its custodians are
     */
    public record Settings(
            Path home, List<TlsFiles> tls, TlsFiles operator, int firstPort, List<String> index, InstantSource clock) {
        public Settings {
            tls = List.copyOf(tls);
            index = List.copyOf(index);
        }
    }

    private LocalCustodians(Settings settings) {
        this.settings = settings;
    }

    /** Starts them, and makes and activates a key unless there is one; returns when files can be sealed and opened. */
    public static LocalCustodians start(Settings settings) {
        LocalCustodians custodians = new LocalCustodians(settings);
        try {
            for (int number = 1; number <= settings.tls().size(); number++) {
                custodians.serve(number);
            }
            custodians.requireKey();
            return custodians;
        } catch (RuntimeException e) {
            custodians.close();
            throw e;
        }
    }

    private void serve(int number) {
        String name = "c" + number;
        Path directory = settings.home().resolve(name);
        TlsFiles tls = settings.tls().get(number - 1);
        String endpoint = HOST + ":" + (settings.firstPort() + number - 1);
        StoreSeal seal = StoreSeal.x25519(identity(directory));
        Path data = directory.resolve("data");
        if (!Files.exists(data)) {
            CustodianHome.initialize(data, name, ORGANISATION, Optional.empty(), seal, entropy)
                    .close();
        }
        CustodianHome home = started(CustodianHome.open(data, seal, entropy));
        BeaconClient client = started(BeaconClient.open(new ClientOptions(settings.index(), tls, TIMEOUT)));
        CustodyLog log = started(new CustodyLog(client, TIMEOUT));
        Budgets.Limit budget = new Budgets.Limit(OPENINGS_PER_MINUTE, Duration.ofMinutes(1));
        Custodian custodian = started(new Custodian(home, endpoint, budget, log, settings.clock(), entropy));
        log.follow(custodian);
        CustodyServer unused = started(CustodyServer.start(
                custodian,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.firstPort() + number - 1),
                tls.serverContext()));
        endpoints.add(endpoint);
    }

    private <T extends AutoCloseable> T started(T part) {
        running.push(part);
        return part;
    }

    /** What the secrets of a custodian on this disk are sealed with; beside them, since nobody is there to type it. */
    private X25519Identity identity(Path directory) {
        Path file = directory.resolve(SEAL_FILE);
        try {
            Files.createDirectories(directory);
            if (!Files.exists(file)) {
                Path fresh = directory.resolve(SEAL_FILE + ".new");
                Files.deleteIfExists(fresh);
                Files.createFile(
                        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                try (X25519Identity made = X25519Identity.generate(entropy)) {
                    Files.writeString(fresh, made.exportText() + "\n");
                }
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return X25519Identity.parse(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read or write " + file, e);
        }
    }

    private void requireKey() {
        Path file = settings.home().resolve(KEY_FILE);
        try (BeaconClient client =
                BeaconClient.open(new ClientOptions(settings.index(), settings.operator(), TIMEOUT))) {
            if (new KeyCatalogue(client, TIMEOUT).active().isPresent()) {
                return;
            }
            KeyRecord record = Files.exists(file) ? RecordCodec.parse(Files.readString(file)) : ceremony();
            if (!Files.exists(file)) {
                Path fresh = file.resolveSibling(KEY_FILE + ".new");
                Files.writeString(fresh, RecordCodec.print(record));
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            }
            new KeyLog(client).activate(record, ByteString.EMPTY, "the key of a local cluster");
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read or write " + file, e);
        }
    }

    private KeyRecord ceremony() {
        try (Channels channels = new Channels(settings.operator().clientContext(), TIMEOUT)) {
            RitualCarrier carrier = new RitualCarrier(channels);
            List<Seat> seats = carrier.about(endpoints).stream()
                    .map(RitualCarrier.About::seat)
                    .toList();
            RitualPlan plan = RecordCodec.ceremony(
                    ByteString.copyFrom(entropy.bytes(RitualPlan.SESSION_ID_BYTES)),
                    ORGANISATION,
                    KeyKind.INTERNAL,
                    THRESHOLD,
                    seats,
                    settings.clock().instant().plus(CEREMONY));
            return carrier.run(plan, List.of(), Optional.empty());
        }
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("expected to stop a custodian, but could not", e);
            }
        }
    }
}

package beacon.node.cli;

import beacon.index.tls.TlsFiles;
import beacon.keys.authority.Budgets;
import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import beacon.keys.authority.RitualStep;
import beacon.keys.custodian.Custodian;
import beacon.keys.custodian.CustodianHome;
import beacon.keys.custodian.EventFile;
import beacon.keys.fragments.StoreSeal;
import beacon.keys.grpc.CustodyServer;
import beacon.keys.vault.SystemEntropy;
import beacon.node.config.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * {@code custodian serve} that kills itself, with SIGKILL, right after the step of a ritual that a file in its directory
 * names. The file goes first, so that it dies once.
 */
final class HaltingCustodian {
    private static final String FILE = "halt-after";

    private HaltingCustodian() {}

    /** From now on the custodian in this directory dies at the next such step. */
    static void arm(Path home, RitualStep step) throws IOException {
        Files.writeString(home.resolve(FILE), step.name());
    }

    /** False when it died of it. */
    static boolean isArmed(Path home) {
        return Files.exists(home.resolve(FILE));
    }

    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        Path directory = Path.of(words.get(2));
        String passphrase =
                Files.readString(Path.of(after(words, "--passphrase-file"))).strip();
        Endpoint listen = Endpoint.parse(after(words, "--listen"));
        StoreSeal seal =
                StoreSeal.passphrase(passphrase.toCharArray(), Integer.parseInt(after(words, "--work-factor")));
        SystemEntropy entropy = new SystemEntropy();
        try (CustodianHome home = CustodianHome.open(directory, seal, entropy);
                EventFile events = EventFile.open(directory.resolve("events.jsonl"));
                Custodian custodian = new Custodian(
                        home,
                        after(words, "--listen"),
                        new Budgets.Limit(10_000, Duration.ofMinutes(1)),
                        new HaltingSink(events, directory.resolve(FILE)),
                        InstantSource.system(),
                        entropy);
                CustodyServer server = CustodyServer.start(
                        custodian,
                        new InetSocketAddress(listen.host(), listen.port()),
                        TlsFiles.in(Path.of(after(words, "--tls-dir"))).serverContext())) {
            System.out.println("serves at " + server.port());
            new CountDownLatch(1).await();
        }
    }

    private static String after(List<String> words, String option) {
        return words.get(words.indexOf(option) + 1);
    }

    private record HaltingSink(EventSink kept, Path file) implements EventSink {
        @Override
        public void keep(CustodyEvent event) {
            kept.keep(event);
        }

        @Override
        public void reached(RitualStep step) {
            try {
                if (Files.exists(file) && Files.readString(file).equals(step.name())) {
                    Files.delete(file);
                    new ProcessBuilder(
                                    "kill",
                                    "-9",
                                    Long.toString(ProcessHandle.current().pid()))
                            .start();
                    new CountDownLatch(1).await();
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package beacon.keys.fragments;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.AgeTool;
import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.custody.OrgKey;
import beacon.keys.envelope.X25519Identity;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FragmentStoreIT {
    private static final int RITUALS = 10_000;
    private static final int THREADS = 32;

    private final Entropy entropy = new TestEntropy(77);
    private final X25519Identity identity = X25519Identity.generate(entropy);
    private final StoreSeal seal = StoreSeal.x25519(identity);
    private final Map<ByteString, OrgKey> log = new ConcurrentHashMap<>();
    private final CurrentKeys currentKeys = keyId -> Optional.ofNullable(log.get(keyId));

    @TempDir
    Path directory;

    @Test
    void holdsTenThousandRitualsOfThirtyTwoThreads() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (FragmentStore store = FragmentStore.initialize(directory, seal, currentKeys, entropy)) {
            List<Future<?>> work = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread;
                work.add(pool.submit(() -> IntStream.iterate(first, i -> i < RITUALS, i -> i + THREADS)
                        .forEach(i -> storeAndRead(store, "ritual-" + i, i % 500 == 499))));
            }
            for (Future<?> part : work) {
                part.get();
            }
        } finally {
            pool.shutdown();
        }

        try (FragmentStore store = FragmentStore.open(directory, seal, currentKeys, entropy)) {
            assertThat(store.list()).hasSize(RITUALS - RITUALS / 500);
            for (int i = 0; i < RITUALS; i++) {
                expect(store, "ritual-" + i, i % 500 != 499);
            }
        }
    }

    private void storeAndRead(FragmentStore store, String id, boolean thenDelete) {
        OrgKey key = FragmentStoreWriter.key(id);
        log.put(key.id(), key);
        store.store(FragmentStoreWriter.ritual(id));
        expect(store, id, true);
        if (thenDelete) {
            assertThat(store.delete(id)).isTrue();
            expect(store, id, false);
        }
    }

    @Test
    void losesAndTearsNothingOfTenThousandRitualsWhenKilledDuringWritesOfThirtyTwoThreads() throws Exception {
        Set<String> stored = new TreeSet<>();
        Set<String> deleted = new TreeSet<>();
        Set<String> undecided = new TreeSet<>();
        for (int round = 0; round < 6; round++) {
            runAndKill(round, 1_500 + 150 * round, stored, deleted, undecided);

            try (FragmentStore store = FragmentStore.open(directory, seal, currentKeys, entropy)) {
                Set<String> found = new TreeSet<>(
                        store.list().stream().map(Ritual.Label::id).toList());
                assertThat(found).containsAll(stored).doesNotContainAnyElementsOf(deleted);
            }
            assertThat(directory.toFile().list()).noneMatch(name -> name.endsWith(".tmp"));
        }

        assertThat(stored).hasSizeGreaterThan(RITUALS);
        assertThat(deleted).isNotEmpty();
        try (FragmentStore store = FragmentStore.open(directory, seal, currentKeys, entropy)) {
            for (String id : stored) {
                OrgKey key = FragmentStoreWriter.key(id);
                log.put(key.id(), key);
                expect(store, id, true);
            }
            deleted.forEach(id -> expect(store, id, false));
            undecided.forEach(id -> expectWholeOrGone(store, id));
        }
    }

    private void expectWholeOrGone(FragmentStore store, String id) {
        OrgKey key = FragmentStoreWriter.key(id);
        log.put(key.id(), key);
        expect(store, id, store.retrieve(id).outcome() == Retrieval.Outcome.FOUND);
    }

    private void runAndKill(int round, int lines, Set<String> stored, Set<String> deleted, Set<String> undecided)
            throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        FragmentStoreWriter.class.getName(),
                        directory.toString(),
                        identity.exportText(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            int seen = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                note(line, stored, deleted, undecided);
                if (++seen == lines) {
                    process.toHandle().destroyForcibly(); // SIGKILL; leaves the pipe open for what it still holds
                }
            }
            assertThat(seen).isGreaterThanOrEqualTo(lines);
        }
        process.waitFor();
    }

    /** A line that the kill cut in two says nothing. */
    private static void note(String line, Set<String> stored, Set<String> deleted, Set<String> undecided) {
        String[] words = line.split(" ", -1);
        if (words.length != 2 || !words[1].matches("r\\d+-\\d+-\\d+")) {
            return;
        }
        switch (words[0]) {
            case "stored" -> stored.add(words[1]);
            case "deleting" -> {
                stored.remove(words[1]);
                undecided.add(words[1]);
            }
            case "deleted" -> {
                undecided.remove(words[1]);
                deleted.add(words[1]);
            }
            default -> throw new IllegalStateException("expected a report, but found " + line);
        }
    }

    @Test
    void theStockToolOpensABackupToJson() throws Exception {
        AgeTool.expectInstalled();
        ByteArrayOutputStream backup = new ByteArrayOutputStream();
        try (FragmentStore store = FragmentStore.initialize(directory.resolve("s"), seal, currentKeys, entropy)) {
            storeAndRead(store, "one", false);
            storeAndRead(store, "two", false);
            store.backup(backup, seal, InstantSource.fixed(Instant.EPOCH));
        }
        Path identityFile = Files.writeString(directory.resolve("identity.txt"), identity.exportText() + "\n");

        byte[] json = AgeTool.run(backup.toByteArray(), "-d", "-i", identityFile.toString());

        JsonObject document =
                JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject();
        assertThat(document.get("format").getAsString()).isEqualTo("fragment-backup/1");
        assertThat(document.get("createdAt").getAsString()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(document.getAsJsonArray("rituals")).hasSize(2);
        assertThat(document.getAsJsonArray("rituals").toString())
                .contains(HexFormat.of()
                        .formatHex(FragmentStoreWriter.secret("one").encode()));
    }

    @Test
    void aBackupMovesToAnotherMachineWithAPassphrase() {
        StoreSeal passphrase = StoreSeal.passphrase("a long passphrase".toCharArray(), 6);
        ByteArrayOutputStream backup = new ByteArrayOutputStream();
        try (FragmentStore store = FragmentStore.initialize(directory.resolve("a"), seal, currentKeys, entropy)) {
            IntStream.range(0, 50).forEach(i -> storeAndRead(store, "r" + i, false));
            store.backup(backup, passphrase, InstantSource.fixed(Instant.EPOCH));
        }

        FragmentStore.restore(
                        new ByteArrayInputStream(backup.toByteArray()),
                        passphrase,
                        directory.resolve("b"),
                        passphrase,
                        currentKeys,
                        entropy)
                .close();

        try (FragmentStore moved = FragmentStore.open(directory.resolve("b"), passphrase, currentKeys, entropy)) {
            IntStream.range(0, 50).forEach(i -> expect(moved, "r" + i, true));
        }
    }

    @Test
    void aStoreOfTheFirstFormatStillOpens() throws IOException {
        Path golden = directory.resolve("golden");
        Files.createDirectories(golden);
        for (String name : List.of("format", "keys.age", "bucket-b9-0.frg", "bucket-d1-1.frg")) {
            try (var in = FragmentStoreIT.class.getResourceAsStream("/fragment-store-1/" + name)) {
                Files.write(
                        golden.resolve(name),
                        Optional.ofNullable(in).orElseThrow().readAllBytes());
            }
        }
        for (String id : List.of("golden-1", "golden-2")) {
            log.put(FragmentStoreWriter.key(id).id(), FragmentStoreWriter.key(id));
        }

        try (FragmentStore store = FragmentStore.open(
                golden, StoreSeal.x25519(X25519Identity.parse(GOLDEN_IDENTITY)), currentKeys, entropy)) {
            expect(store, "golden-1", true);
            expect(store, "golden-2", false);
            storeAndRead(store, "new", true);
        }
    }

    /** Protects nothing but the files of this test. */
    private static final String GOLDEN_IDENTITY =
            "AGE-SECRET-KEY-1JKLX49T72W8WZHL037RLZA5CCU49924L4RF4V2QTXYJSV3Q40NKSH4WVE4";

    private static void expect(FragmentStore store, String id, boolean there) {
        Retrieval retrieval = store.retrieve(id);
        assertThat(retrieval.outcome())
                .as(id)
                .isEqualTo(there ? Retrieval.Outcome.FOUND : Retrieval.Outcome.UNKNOWN_RITUAL);
        if (there) {
            assertThat(retrieval.ritual().orElseThrow().copyFragment())
                    .isEqualTo(FragmentStoreWriter.secret(id).encode());
        }
    }
}

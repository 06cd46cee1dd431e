package beacon.views.store;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.log.AnAppend;
import beacon.views.Checkpoint;
import beacon.views.KeyValues;
import beacon.views.Keys;
import beacon.views.LogEntry;
import beacon.views.MemoryKeyValues;
import beacon.views.TestLog;
import beacon.views.View;
import beacon.views.ViewDigest;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.ViewState;
import beacon.views.nodes.NodesView;
import beacon.views.pins.PinDeletions;
import beacon.views.pins.PinEvents;
import beacon.views.pins.PinsView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views on disk, written by a thread of its own. */
class RocksViewsIT {
    private static final byte[] LAST = {(byte) 0xff};
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    /** For each entry 4 KiB, so that the store writes files soon. */
    private record Wide() implements View {
        private static final int BYTES = 4_096;

        @Override
        public String name() {
            return "wide";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public void evolve(LogEntry entry, ViewState state) {
            state.add(Keys.of(entry.sequence()), value(entry.sequence()));
        }

        static byte[] value(long sequence) {
            byte[] value = new byte[BYTES];
            for (int at = 0; at < BYTES; at += Long.BYTES) {
                System.arraycopy(Keys.of(sequence * 0x9e3779b97f4a7c15L + at), 0, value, at, Long.BYTES);
            }
            return value;
        }
    }

    @Test
    void whatIsWrittenBesideTheFoldEqualsWhatIsWrittenAtOnce() {
        TestLog log = new TestLog();
        PinDeletions deletions = new PinDeletions(log, 20);
        for (int artifact = 0; artifact < 3_000; artifact++) {
            log.append(PinEvents.placed(artifact, 2, new int[] {1, 2, 3, 4}, new int[] {1 + artifact % 20, 0, 7, 8}));
            if (artifact % 3 == 0) {
                log.append(PinEvents.moved(artifact, 0, 1, 9));
            }
            if (artifact % 4 == 0) {
                deletions.delete(artifact / 2);
            }
        }
        List<View> views = List.of(new NodesView(), new PinsView());
        MemoryKeyValues plain = new MemoryKeyValues();
        ViewRunner atOnce = new ViewRunner(plain, views);
        log.run(atOnce);

        try (KeyValues store = new RocksKeyValues(directory.resolve("beside"));
                WriterThread writer = new WriterThread("test-writer")) {
            ViewRunner beside = new ViewRunner(store, views, writer);
            log.run(beside);

            for (View view : views) {
                assertThat(digest(beside, view)).isEqualTo(digest(atOnce, view));
                assertThat(ViewRunner.marks(store, view.name(), 1, 10))
                        .isEqualTo(ViewRunner.marks(plain, view.name(), 1, 10))
                        .hasSize(1);
                try (ViewSnapshot found = ViewRunner.snapshot(store, view)) {
                    assertThat(digestOf(found)).isEqualTo(digest(atOnce, view));
                }
            }
        }
    }

    @Test
    void anEndWithoutWarningLeavesAnEarlierPlaceWithTheStateOfThatPlace() throws IOException {
        TestLog log = new TestLog();
        for (int i = 0; i < 12_000; i++) {
            log.append(AnAppend.pointer("p" + i % 5, i));
        }
        Path live = directory.resolve("live");
        try (KeyValues store = new RocksKeyValues(live);
                WriterThread writer = new WriterThread("test-writer")) {
            ViewRunner runner = new ViewRunner(store, List.of(new Wide()), writer);
            log.run(runner);
            long reached = 0;
            for (Instant end = Instant.now().plus(DEADLINE);
                    reached == 0 && Instant.now().isBefore(end); ) {
                // What a process leaves that ends here: its files, and nothing of its memory.
                Path left = Files.createTempDirectory(directory, "left");
                copy(live, left);
                reached = checkLeft(left, log);
            }
            assertThat(reached).isBetween(1L, 12_000L);
        }
    }

    /** Checks what was left and that the views go on from there; returns how far it goes. */
    private static long checkLeft(Path left, TestLog log) {
        try (KeyValues store = new RocksKeyValues(left)) {
            ViewRunner again = new ViewRunner(store, List.of(new Wide()));
            long reached = again.nextSequence() - 1;
            try (ViewSnapshot found = ViewRunner.snapshot(store, new Wide())) {
                ViewDigest expected = new ViewDigest();
                for (long sequence = 1; sequence <= reached; sequence++) {
                    expected.add(Keys.of(sequence), Wide.value(sequence));
                }
                assertThat(digestOf(found)).isEqualTo(expected.toString());
                assertThat(found.checkpoint().digestText()).isEqualTo(expected.toString());
            }
            log.run(again);
            assertThat(again.nextSequence()).isEqualTo(log.log().lastSequence() + 1);
            return reached;
        }
    }

    /** The list of files first: what it names is there before it. */
    private static void copy(Path from, Path to) throws IOException {
        for (boolean list : new boolean[] {true, false}) {
            try (Stream<Path> files = Files.list(from)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    boolean isList = name.startsWith("MANIFEST") || name.equals("CURRENT");
                    if (isList == list && !name.equals("LOCK")) {
                        Files.copy(file, to.resolve(name));
                    }
                }
            }
        }
    }

    private static String digest(ViewRunner runner, View view) {
        Checkpoint checkpoint = runner.checkpoints().get(view.name());
        assertThat(checkpoint).isNotNull();
        return HexFormat.of().formatHex(checkpoint.digest());
    }

    private static String digestOf(ViewSnapshot snapshot) {
        ViewDigest digest = new ViewDigest();
        snapshot.scan(new byte[0], LAST, (key, value) -> {
            digest.add(key, value);
            return true;
        });
        return digest.toString();
    }
}

package beacon.views.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.views.KeyValues;
import beacon.views.KeyValuesContract;
import beacon.views.ViewException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksKeyValuesIT extends KeyValuesContract {
    @TempDir
    Path directory;

    @Override
    protected KeyValues open() {
        return new RocksKeyValues(directory.resolve("contract"));
    }

    private static NavigableMap<byte[], byte @Nullable []> change(int key, int value) {
        NavigableMap<byte[], byte @Nullable []> change = new TreeMap<>(Arrays::compareUnsigned);
        change.put(new byte[] {(byte) key}, new byte[] {(byte) value});
        return change;
    }

    @Test
    void keepsWhatWasCommittedWhenItIsOpenedAgain() {
        Path place = directory.resolve("again");
        try (KeyValues store = new RocksKeyValues(place)) {
            store.commit(change(1, 2));
        }

        try (KeyValues store = new RocksKeyValues(place)) {
            assertThat(store.latest().get(new byte[] {1})).containsExactly(2);
        }
    }

    /** Opens the state in a directory and ends as if it was killed. */
    static final class Halting {
        public static void main(String[] directory) {
            new RocksKeyValues(Path.of(directory[0])).commit(change(1, 2));
            Runtime.getRuntime().halt(0);
        }
    }

    @Test
    void aProcessThatIsKilledLeavesNothingAmongTheTemporaryFiles() throws IOException, InterruptedException {
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        for (int run = 0; run < 2; run++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Djava.io.tmpdir=" + temporary,
                            "-cp",
                            System.getProperty("java.class.path"),
                            Halting.class.getName(),
                            directory.resolve("killed").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("killed.log").toFile())
                    .start();

            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            process.destroyForcibly();

            assertThat(ended).as("ends within a minute").isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(directory.resolve("killed.log")))
                    .isZero();
            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void refusesASecondOwner() {
        Path place = directory.resolve("owned");
        try (KeyValues store = new RocksKeyValues(place)) {
            assertThatThrownBy(() -> new RocksKeyValues(place).close())
                    .isInstanceOf(ViewException.class)
                    .hasMessageContaining("expected to open the projections in " + place);
            store.commit(change(1, 1));
        }
    }

    @Test
    void refusesADamagedManifestAndSaysWhatToDo() throws IOException {
        Path place = directory.resolve("damaged");
        try (KeyValues store = new RocksKeyValues(place)) {
            store.commit(change(1, 1));
        }
        try (Stream<Path> files = Files.list(place)) {
            for (Path manifest : files.filter(
                            file -> file.getFileName().toString().startsWith("MANIFEST"))
                    .toList()) {
                Files.write(manifest, new byte[] {1, 2, 3});
            }
        }

        assertThatThrownBy(() -> new RocksKeyValues(place).close())
                .isInstanceOf(ViewException.class)
                .hasMessageContaining("made again from the log");
    }
}

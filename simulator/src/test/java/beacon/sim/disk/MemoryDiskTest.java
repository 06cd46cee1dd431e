package beacon.sim.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryDiskTest {
    private final MemoryDisk disk = new MemoryDisk();
    private final Path directory = disk.path("/a/b");

    @BeforeEach
    void makeDirectory() throws IOException {
        Files.createDirectories(directory);
    }

    private static void write(Path file, String text, boolean synced) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            if (synced) {
                channel.force(true);
            }
        }
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void loseAndRestorePower(long chance) {
        disk.powerOff(new SplittableRandom(chance));
        disk.powerOn();
    }

    @Test
    void whatWasSyncedIsThereAfterALossOfPower() throws IOException {
        write(directory.resolve("x"), "old", true);
        sync(directory);

        loseAndRestorePower(1);

        assertThat(Files.readString(directory.resolve("x"))).isEqualTo("old");
    }

    @Test
    void whatWasNotSyncedIsThereOrNot() throws IOException {
        TreeSet<Boolean> outcomes = new TreeSet<>();
        for (int chance = 0; chance < 50; chance++) {
            Path file = directory.resolve("x" + chance);
            write(file, "new", true);
            loseAndRestorePower(chance);
            outcomes.add(Files.exists(file));
        }

        assertThat(outcomes).containsExactly(false, true);
    }

    @Test
    void aSyncedFileThatReplacesAnotherIsTheOldOrTheNewOne() throws IOException {
        TreeSet<String> outcomes = new TreeSet<>();
        for (int chance = 0; chance < 50; chance++) {
            write(directory.resolve("x"), "old", true);
            sync(directory);
            write(directory.resolve("x.new"), "new", true);
            Files.move(directory.resolve("x.new"), directory.resolve("x"), StandardCopyOption.ATOMIC_MOVE);
            loseAndRestorePower(chance);
            outcomes.add(Files.readString(directory.resolve("x")));
        }

        assertThat(outcomes).containsExactly("new", "old");
    }

    @Test
    void namesAreFoundByPattern() throws IOException {
        write(directory.resolve("one.tmp"), "", true);
        write(directory.resolve("two"), "", true);

        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.tmp")) {
            assertThat(found).containsExactly(directory.resolve("one.tmp"));
        }
        Files.delete(directory.resolve("one.tmp"));
        assertThat(Files.exists(directory.resolve("one.tmp"))).isFalse();
    }

    @Test
    void thePowerGoesInTheMiddleOfSomething() throws IOException {
        write(directory.resolve("x"), "old", true);
        disk.failAfter(1);

        assertThatThrownBy(() -> write(directory.resolve("y"), "new", true)).isInstanceOf(PowerLoss.class);
        assertThatThrownBy(() -> Files.exists(directory.resolve("x"))).isInstanceOf(PowerLoss.class);
    }
}

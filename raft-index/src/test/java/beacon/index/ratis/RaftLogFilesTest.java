package beacon.index.ratis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftLogFilesTest {
    private static final int PREALLOCATED = 1_000;

    @TempDir
    Path directory;

    private Path current;

    @BeforeEach
    void makeGroup() throws IOException {
        current = Files.createDirectories(directory.resolve("group/current"));
        Files.writeString(current.resolve("raft-meta"), "term=7");
    }

    private static byte[] entries(long term, long from, long to) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write("RaftLog1".getBytes(US_ASCII));
        for (long index = from; index <= to; index++) {
            ByteArrayOutputStream entry = new ByteArrayOutputStream();
            LogEntryProto.newBuilder().setTerm(term).setIndex(index).build().writeDelimitedTo(entry);
            CRC32C checksum = new CRC32C();
            checksum.update(entry.toByteArray());
            bytes.write(entry.toByteArray());
            new DataOutputStream(bytes).writeInt((int) checksum.getValue());
        }
        return bytes.toByteArray();
    }

    private void closed(long term, long from, long to) throws IOException {
        Files.write(current.resolve("log_" + from + "-" + to), entries(term, from, to));
    }

    private Path inProgress(long term, long from, long to) throws IOException {
        return Files.write(
                current.resolve("log_inprogress_" + from), Arrays.copyOf(entries(term, from, to), PREALLOCATED));
    }

    private List<String> tidied(long term, long index) throws IOException {
        RaftLogFiles.tidy(directory, TermIndex.valueOf(term, index));
        try (Stream<Path> files = Files.list(current)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("raft-meta"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void logThatGoesOnWhereTheSnapshotEndsIsKept() throws IOException {
        closed(1, 0, 9);
        inProgress(2, 10, 14);

        assertThat(tidied(2, 12)).containsExactly("log_0-9", "log_inprogress_10");
        assertThat(tidied(1, 5)).containsExactly("log_0-9", "log_inprogress_10");
        assertThat(tidied(2, 14)).containsExactly("log_0-9", "log_inprogress_10");
    }

    @Test
    void logWithoutSnapshotIsKept() throws IOException {
        closed(1, 0, 9);
        inProgress(2, 10, 14);

        assertThat(tidied(0, -1)).containsExactly("log_0-9", "log_inprogress_10");
    }

    @Test
    void fileWithoutEntriesDoesNotCount() throws IOException {
        closed(1, 0, 9);
        inProgress(2, 10, 9);

        assertThat(tidied(1, 9)).containsExactly("log_0-9", "log_inprogress_10");
        assertThat(tidied(2, 10)).isEmpty();
    }

    @Test
    void fileWithHalfAHeaderDoesNotCount() throws IOException {
        Files.write(current.resolve("log_inprogress_0"), Arrays.copyOf("RaftL".getBytes(US_ASCII), PREALLOCATED));

        assertThat(tidied(1, 9)).isEmpty();
    }

    @Test
    void logThatEndsBeforeTheSnapshotIsRemoved() throws IOException {
        closed(1, 0, 9);
        inProgress(2, 10, 14);

        assertThat(tidied(3, 15)).isEmpty();
        assertThat(current.resolve("raft-meta")).exists();
    }

    @Test
    void logOfALostTermThatASnapshotOvertookIsRemoved() throws IOException {
        closed(1, 0, 9);
        closed(2, 10, 20);
        inProgress(3, 21, 25);

        assertThat(tidied(3, 15)).isEmpty();
    }

    @Test
    void logThatBeginsBehindTheSnapshotIsKept() throws IOException {
        inProgress(2, 10, 14);

        assertThat(tidied(1, 9)).containsExactly("log_inprogress_10");
    }

    @Test
    void entryThatWasCutOffDoesNotCount() throws IOException {
        byte[] whole = entries(2, 10, 14);
        Files.write(current.resolve("log_inprogress_10"), Arrays.copyOf(whole, whole.length - 1));

        assertThat(tidied(2, 13)).containsExactly("log_inprogress_10");
        assertThat(tidied(2, 14)).isEmpty();
    }

    @Test
    void damagedLogIsLeftAsItIs() throws IOException {
        Path open = inProgress(2, 10, 14);
        byte[] bytes = Files.readAllBytes(open);
        bytes[12] ^= 1; // In the first entry.
        Files.write(open, bytes);
        assertThat(tidied(3, 15)).containsExactly("log_inprogress_10");

        bytes = new byte[PREALLOCATED];
        bytes[PREALLOCATED - 1] = 1;
        System.arraycopy("RaftLog1".getBytes(US_ASCII), 0, bytes, 0, 8);
        Files.write(open, bytes);
        assertThat(tidied(3, 15)).containsExactly("log_inprogress_10");
    }

    @Test
    void missingDirectoryIsFine() {
        RaftLogFiles.tidy(directory.resolve("none"), TermIndex.valueOf(0, -1));
    }
}

package beacon.node.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.tree.TreeFrontier;
import beacon.index.tree.TreeHasher;
import beacon.proto.v1.Event;
import beacon.proto.v1.EventRun;
import beacon.proto.v1.ExportChunk;
import beacon.proto.v1.ExportHeader;
import beacon.proto.v1.PolicyChanged;
import beacon.proto.v1.RecordedEvent;
import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    private static final int EVENTS = 7;
    private static final ByteString SNAPSHOT = ByteString.copyFromUtf8("state");

    @TempDir
    Path directory;

    @Test
    void readsBackWhatItWrote() throws Exception {
        Path file = directory.resolve("a.bak");

        String written = write(file, chunks());

        assertThat(verify(file)).isEqualTo(written).hasSize(64);
    }

    @Test
    void findsEveryFlippedByte() throws Exception {
        Path file = directory.resolve("a.bak");
        write(file, chunks());
        byte[] whole = Files.readAllBytes(file);

        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);

            assertThatThrownBy(() -> verify(file)).as("byte %d", i).isInstanceOf(BackupException.class);
        }
    }

    @Test
    void findsEveryCut() throws Exception {
        Path file = directory.resolve("a.bak");
        write(file, chunks());
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> verify(file)).as("length %d", length).isInstanceOf(BackupException.class);
        }
    }

    @Test
    void refusesBytesAfterTheEnd() throws Exception {
        Path file = directory.resolve("a.bak");
        write(file, chunks());
        Files.write(file, new byte[] {0}, java.nio.file.StandardOpenOption.APPEND);

        assertThatThrownBy(() -> verify(file)).hasMessageContaining("expected the end of the file");
    }

    @Test
    void namesTheSequenceThatIsMissing() throws Exception {
        List<ExportChunk> chunks = new ArrayList<>(chunks());
        chunks.remove(2);
        Path file = directory.resolve("a.bak");
        write(file, chunks);

        assertThatThrownBy(() -> verify(file)).hasMessageContaining("from sequence 1 on, but found 5");
    }

    @Test
    void noticesAnEventThatWasExchanged() throws Exception {
        List<ExportChunk> chunks = new ArrayList<>(chunks());
        chunks.set(3, run(5, List.of(event(5, "other"), event(6, "p"), event(7, "p"))));
        Path file = directory.resolve("a.bak");
        write(file, chunks);

        assertThatThrownBy(() -> verify(file)).hasMessageContaining("expected the tree root");
    }

    @Test
    void noticesASnapshotThatIsNotWhole() throws Exception {
        List<ExportChunk> chunks = new ArrayList<>(chunks());
        chunks.remove(1);
        Path file = directory.resolve("a.bak");
        write(file, chunks);

        assertThatThrownBy(() -> verify(file)).hasMessageContaining("expected a snapshot of 5 bytes, but found 0");
    }

    @Test
    void leavesNothingWhenItIsGivenUp() throws Exception {
        try (BackupWriter writer = BackupWriter.create(directory.resolve("a.bak"))) {
            writer.add(chunks().get(0));
        }

        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void leavesAnExistingFileAlone() throws Exception {
        Path file = Files.writeString(directory.resolve("a.bak"), "precious");

        assertThatThrownBy(() -> BackupWriter.create(file)).isInstanceOf(BackupException.class);
        assertThat(file).hasContent("precious");
    }

    private static String write(Path file, List<ExportChunk> chunks) throws Exception {
        try (BackupWriter writer = BackupWriter.create(file)) {
            for (ExportChunk chunk : chunks) {
                writer.add(chunk);
            }
            return writer.finish();
        }
    }

    private static String verify(Path file) throws Exception {
        BackupCheck check = new BackupCheck();
        try (BackupReader reader = BackupReader.open(file)) {
            for (ExportChunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
                check.add(chunk);
            }
            assertThat(check.finish().getLastSequence()).isEqualTo(EVENTS);
            return reader.sha256();
        }
    }

    private static List<ExportChunk> chunks() {
        TreeFrontier tree = new TreeFrontier();
        TreeHasher hasher = new TreeHasher();
        List<ByteString> events = new ArrayList<>();
        for (int i = 1; i <= EVENTS; i++) {
            ByteString event = event(i, "p");
            events.add(event);
            tree.append(hasher.leaf(event.toByteArray()));
        }
        ExportHeader header = ExportHeader.newBuilder()
                .setClusterId("test")
                .setLastSequence(EVENTS)
                .setTreeRoot(ByteString.copyFrom(tree.root().bytes()))
                .setSnapshotBytes(SNAPSHOT.size())
                .build();
        return List.of(
                ExportChunk.newBuilder().setHeader(header).build(),
                ExportChunk.newBuilder().setSnapshot(SNAPSHOT).build(),
                run(1, events.subList(0, 4)),
                run(5, events.subList(4, EVENTS)));
    }

    private static ExportChunk run(long first, List<ByteString> events) {
        return ExportChunk.newBuilder()
                .setEvents(EventRun.newBuilder().setFirstSequence(first).addAllEvents(events))
                .build();
    }

    private static ByteString event(long sequence, String name) {
        return RecordedEvent.newBuilder()
                .setSequence(sequence)
                .setActor("client/alice")
                .setRequestId(ByteString.copyFrom(new byte[16]))
                .setCount(1)
                .setEvent(Event.newBuilder()
                        .setPolicyChanged(PolicyChanged.newBuilder().setName(name)))
                .build()
                .toByteString();
    }
}

package beacon.node.deletion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.blockstore.BlockHash;
import beacon.model.Cid;
import beacon.node.deletion.ReleaseMemory.Place;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseMemoryTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nothingIsRemembered() {
        file = directory.resolve("releases");
    }

    private static Cid cid(String content) {
        return BlockHash.sha256(Cid.DAG_CBOR, ByteString.copyFromUtf8(content));
    }

    private static List<Cid> all(ReleaseMemory memory) {
        List<Cid> all = new ArrayList<>();
        memory.forEach(all::add);
        return all;
    }

    @Test
    void remembersOverARestart() {
        ReleaseMemory memory = new ReleaseMemory(file);
        assertThat(memory.place()).isEqualTo(new Place(0, 0, 0));
        memory.remember(List.of(cid("a").bytes(), cid("b").bytes()), new Place(7, 0, 5));
        memory.remember(List.of(), new Place(9, 2, 6));

        ReleaseMemory again = new ReleaseMemory(file);

        assertThat(all(again)).containsExactly(cid("a"), cid("b"));
        assertThat(again.place()).isEqualTo(new Place(9, 2, 6));
    }

    @Test
    void aLineThatACrashCutOffCountsAsNotWritten() throws IOException {
        new ReleaseMemory(file).remember(List.of(cid("a").bytes()), new Place(7, 0, 0));
        String cut = "released " + cid("b").toString().substring(0, 30);
        Files.writeString(file, cut, StandardOpenOption.APPEND);

        ReleaseMemory again = new ReleaseMemory(file);
        again.remember(List.of(cid("c").bytes()), new Place(8, 0, 0));

        assertThat(all(new ReleaseMemory(file))).containsExactly(cid("a"), cid("c"));
        assertThat(new ReleaseMemory(file).place()).isEqualTo(new Place(8, 0, 0));
    }

    @Test
    void aDamagedLineIsNamed() throws IOException {
        Files.writeString(file, "released nonsense .\n");
        ReleaseMemory memory = new ReleaseMemory(file);

        assertThatThrownBy(() -> all(memory))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("nonsense");
    }
}

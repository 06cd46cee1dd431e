package beacon.index.tree.note;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.tree.Hash;
import beacon.index.tree.Json;
import beacon.index.tree.TreeFrontier;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.Vectors;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NoteVectorsTest {
    @Test
    void opensTheNoteOfTheSignedNoteText() {
        Map<?, ?> example = (Map<?, ?>) Json.parse(Vectors.text("signed-note/examples.json"));
        NoteVerifier verifier = NoteVerifier.parse((String) example.get("vkey"));

        SignedNote note = SignedNote.parse((String) example.get("note"));

        assertThat(note.open(List.of(verifier))).containsExactly(verifier);
        assertThat(note.text()).isEqualTo("This is an example message.\n");
        assertThat(note.encode()).isEqualTo(example.get("note"));
        assertThat(verifier.vkey()).isEqualTo(example.get("vkey"));
        assertThat(verifier.keyId()).isEqualTo(0x530d903a);
    }

    @Test
    void recomputesTheRootOfEveryCheckpointOfThePublishedLog() throws Exception {
        Path log = Vectors.path("tlog-tiles/log");
        TreeFrontier frontier = new TreeFrontier();
        TreeHasher hasher = new TreeHasher();
        byte[] tile = Vectors.bytes(log.resolve("tile/0/000.p/15"));
        ByteBuffer bundle = ByteBuffer.wrap(Vectors.bytes(log.resolve("tile/entries/000.p/15")));
        for (int size = 0; size <= 15; size++) {
            Checkpoint checkpoint =
                    Checkpoint.parse(SignedNote.parse(Files.readAllBytes(log.resolve("checkpoint." + size)))
                            .text());

            assertThat(checkpoint.origin()).isEqualTo("example.com/log/testdata");
            assertThat(checkpoint.size()).isEqualTo(size);
            if (size > 0) {
                assertThat(checkpoint.root()).as("size %d", size).isEqualTo(frontier.root());
            }
            if (size < 15) {
                byte[] entry = new byte[Short.toUnsignedInt(bundle.getShort())];
                bundle.get(entry);
                Hash leaf = hasher.leaf(entry);
                assertThat(leaf.bytes()).isEqualTo(Arrays.copyOfRange(tile, 32 * size, 32 * size + 32));
                frontier.append(leaf);
            }
        }
        assertThat(bundle.hasRemaining()).isFalse();
    }
}

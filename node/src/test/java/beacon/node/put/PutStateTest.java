package beacon.node.put;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.artifact.Coding;
import beacon.keys.envelope.FileKey;
import beacon.keys.primitives.Hkdf;
import beacon.node.tree.SourceChangedException;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PutStateTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Path SOURCE = Path.of("/data/file");
    private static final byte[] SECRET = "the key of a certificate".getBytes(StandardCharsets.UTF_8);
    private static final PutState.SecretMaker SECRETS =
            (salt, use, size) -> Hkdf.sha256(SECRET, salt, use.getBytes(StandardCharsets.UTF_8), size);
    private static final PutState.Terms TERMS =
            PutState.Terms.fresh(target -> Arrays.fill(target, (byte) 7), new Coding(4, 3), 1_048_832, 5);

    @TempDir
    Path directory;

    private PutStates states() {
        return new PutStates(directory.resolve("puts"));
    }

    private PutState begin() throws IOException {
        return states().begin(SOURCE, "ucxl://a", "4+3", TERMS);
    }

    private Optional<PutState> find() throws IOException {
        return states().find(SOURCE, "ucxl://a", "4+3", NOW);
    }

    private static ByteString digest(int number) {
        byte[] digest = new byte[32];
        digest[0] = (byte) number;
        return ByteString.copyFrom(digest);
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("puts"))) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void goesOnWithTheSameTermsAndKnowsWhatMayHaveLeft() throws IOException {
        try (PutState begun = begin()) {
            begun.sending(digest(1), 10, false);
            begun.sending(digest(2), 10, false);
        }

        try (PutState left = find().orElseThrow()) {
            assertThat(left.terms()).isEqualTo(TERMS);
            assertThat(left.isResumed()).isTrue();
            left.sending(digest(1), 10, false);
            left.sending(digest(2), 10, false);
            left.sending(digest(3), 10, false);
            assertThat(left.resumedBytes()).isEqualTo(20);
        }
        assertThat(Files.size(onlyFile())
                        - Files.readString(onlyFile(), StandardCharsets.ISO_8859_1)
                                .indexOf('\n'))
                .isEqualTo(3 * 32 + 1);
    }

    @Test
    void otherBytesThanThoseThatMayHaveLeftNeverLeave() throws IOException {
        try (PutState begun = begin()) {
            begun.sending(digest(1), 10, false);
        }

        try (PutState left = find().orElseThrow()) {
            assertThatThrownBy(() -> left.sending(digest(2), 10, false))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCauseInstanceOf(SourceChangedException.class);
        }
        // What is now a single block was more before: the same key must not seal it.
        try (PutState left = find().orElseThrow()) {
            assertThatThrownBy(() -> left.sending(digest(2), 10, true))
                    .hasCauseInstanceOf(SourceChangedException.class);
        }
    }

    @Test
    void aDigestThatIsNotWholeIsOfAStripeThatHasNotLeft() throws IOException {
        try (PutState begun = begin()) {
            begun.sending(digest(1), 10, false);
        }
        Files.write(onlyFile(), new byte[17], StandardOpenOption.APPEND);

        try (PutState left = find().orElseThrow()) {
            left.sending(digest(1), 10, false);
            left.sending(digest(9), 10, false);
            assertThat(left.resumedBytes()).isEqualTo(10);
        }
        try (PutState left = find().orElseThrow()) {
            left.sending(digest(1), 10, false);
            left.sending(digest(9), 10, false);
            assertThat(left.resumedBytes()).isEqualTo(20);
        }
    }

    @Test
    void nothingIsKeptOfASingleBlockNorAfterTheEnd() throws IOException {
        try (PutState begun = begin()) {
            begun.sending(digest(1), 10, true);
            assertThat(begun.isKept()).isFalse();
        }
        assertThat(directory.resolve("puts")).isEmptyDirectory();
        try (PutState begun = begin()) {
            begun.sending(digest(1), 10, false);
            begun.remove();
        }
        assertThat(directory.resolve("puts")).isEmptyDirectory();
        assertThat(find()).isEmpty();
    }

    @Test
    void theKeyIsNotInTheFileAndOnlyTheOwnerReadsIt() throws IOException {
        byte[] key;
        try (PutState begun = begin();
                FileKey fileKey = TERMS.fileKey(SECRETS)) {
            begun.sending(digest(1), 10, false);
            key = fileKey.copyBytes();
        }

        String kept = Files.readString(onlyFile(), StandardCharsets.ISO_8859_1);
        assertThat(kept).doesNotContain(HexFormat.of().formatHex(key));
        assertThat(kept).doesNotContain(new String(key, StandardCharsets.ISO_8859_1));
        assertThat(kept).contains(HexFormat.of().formatHex(TERMS.salt().toByteArray()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(onlyFile())))
                .isEqualTo("rw-------");
        try (PutState left = find().orElseThrow();
                FileKey again = left.terms().fileKey(SECRETS)) {
            assertThat(again.copyBytes()).isEqualTo(key);
        }
        try (FileKey other = TERMS.fileKey((salt, use, size) -> Hkdf.sha256(salt, salt, new byte[0], size))) {
            assertThat(other.copyBytes()).isNotEqualTo(key);
        }
    }

    @Test
    void oneProcessHasItAtATime() throws IOException {
        try (PutState begun = begin()) {
            begun.sending(digest(1), 10, false);

            assertThatThrownBy(this::find).isInstanceOf(PutState.InUseException.class);
        }
        try (PutState left = find().orElseThrow()) {
            assertThat(left.isResumed()).isTrue();
        }
    }

    @Test
    void anotherSourceNameOrCodeIsAnotherPut() throws IOException {
        try (PutState begun = begin()) {
            begun.sending(digest(1), 10, false);
        }

        assertThat(states().find(Path.of("/data/other"), "ucxl://a", "4+3", NOW))
                .isEmpty();
        assertThat(states().find(SOURCE, "ucxl://b", "4+3", NOW)).isEmpty();
        assertThat(states().find(SOURCE, "ucxl://a", "2+1", NOW)).isEmpty();
    }

    @Test
    void whatIsOldOrUnreadableIsBegunAnew() throws IOException {
        try (PutState begun = begin()) {
            begun.sending(digest(1), 10, false);
        }
        Files.setLastModifiedTime(
                onlyFile(), FileTime.from(NOW.minus(PutStates.KEPT).minusSeconds(1)));
        assertThat(find()).isEmpty();
        assertThat(directory.resolve("puts")).isEmptyDirectory();

        for (String text : new String[] {"", "{", "{}\n", "{\"version\": 2}\n", "no line at all"}) {
            try (PutState begun = begin()) {
                begun.sending(digest(1), 10, false);
            }
            Files.writeString(onlyFile(), text);
            assertThat(find()).as(text).isEmpty();
        }
    }
}

package beacon.node.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.node.tree.TreeException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeTest {
    private static final long SEED = 20_261_121;

    @TempDir
    Path directory;

    private static byte[] archive(Path tree) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TreeWriter.write(tree, path -> false, out);
        return out.toByteArray();
    }

    private TreeTally unpack(byte[] archive) throws IOException {
        return TreeReader.read(new ByteArrayInputStream(archive), directory.resolve("back"));
    }

    /** Everything about a tree that is kept, by path. */
    private static Map<String, String> described(Path tree) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.toList()) {
                boolean isLink = Files.isSymbolicLink(file);
                String content = isLink
                        ? "-> " + Files.readSymbolicLink(file)
                        : Files.isDirectory(file)
                                ? "directory"
                                : Files.size(file) + " bytes " + Arrays.hashCode(Files.readAllBytes(file));
                String more = isLink
                        ? ""
                        : PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))
                                + time(file);
                all.put(tree.relativize(file).toString(), more + content);
            }
        }
        return all;
    }

    /** As exact as archives say it. */
    private static String time(Path file) throws IOException {
        Instant time =
                Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        return Instant.ofEpochSecond(time.getEpochSecond(), time.getNano() / 100 * 100L)
                .toString();
    }

    private Path randomTree(long seed) throws IOException {
        Random random = new Random(seed);
        Path tree = Files.createDirectory(directory.resolve("tree"));
        List<Path> folders = new java.util.ArrayList<>(List.of(tree));
        for (int i = 0; i < 120; i++) {
            Path parent = folders.get(random.nextInt(folders.size()));
            String name =
                    "n" + random.nextInt(1_000) + "é ".repeat(random.nextInt(3)) + "x".repeat(random.nextInt(200));
            Path child = parent.resolve(name);
            if (Files.exists(child, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            switch (random.nextInt(4)) {
                case 0 -> folders.add(Files.createDirectory(child));
                case 1 -> Files.createSymbolicLink(child, Path.of("n" + random.nextInt(1_000)));
                default -> {
                    byte[] bytes = new byte[random.nextInt(3) * random.nextInt(70_000)];
                    random.nextBytes(bytes);
                    Files.write(child, bytes);
                    Files.setPosixFilePermissions(
                            child, PosixFilePermissions.fromString(random.nextBoolean() ? "rwxr-xr--" : "r--------"));
                }
            }
        }
        for (Path folder : folders) {
            Files.setLastModifiedTime(
                    folder,
                    FileTime.from(Instant.ofEpochSecond(1 + random.nextInt(1 << 30), random.nextInt(1_000_000_000))));
        }
        Files.setPosixFilePermissions(folders.get(folders.size() - 1), PosixFilePermissions.fromString("r-xr-xr-x"));
        return tree;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsPackedIsUnpackedWithModesTimesAndLinks(long seed) throws IOException {
        Path tree = randomTree(SEED + seed);
        Map<String, String> before = described(tree);

        byte[] first = archive(tree);
        TreeTally tally = unpack(first);

        assertThat(described(directory.resolve("back"))).isEqualTo(before);
        assertThat(tally.files() + tally.directories() + tally.links()).isEqualTo(before.size());
        assertThat(archive(directory.resolve("back"))).isEqualTo(first);
    }

    @Test
    void whatIsLeftOutIsNotThere() throws IOException {
        Path tree = randomTree(SEED);
        Files.createDirectories(tree.resolve("out/deep"));
        ByteArrayOutputStream all = new ByteArrayOutputStream();

        TreeWriter.write(tree, path -> path.endsWith("out"), all);
        unpack(all.toByteArray());

        assertThat(directory.resolve("back/out")).doesNotExist();
    }

    @Test
    void deepPathsArePackedAndUnpacked() throws IOException {
        Path deepest = directory.resolve("tree");
        for (int i = 0; i < 100; i++) {
            deepest = deepest.resolve("deeper-and-deeper-" + i);
        }
        Files.createDirectories(deepest);
        Files.writeString(deepest.resolve("file"), "down here");

        TreeTally tally = unpack(archive(directory.resolve("tree")));

        assertThat(tally).isEqualTo(new TreeTally(1, 101, 0, 9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "..", "../tree", "down/../..", "down/..", "a/../../b"})
    void aLinkThatMayLeadOutIsRefusedOnBothSides(String target) throws IOException {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of(target));

        assertThatThrownBy(() -> archive(tree))
                .isInstanceOfSatisfying(
                        TreeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSAFE_PATH));
        assertThatThrownBy(() -> unpack(hostile(link("link", target))))
                .isInstanceOfSatisfying(
                        TreeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSAFE_PATH));
        assertThat(directory.resolve("back/link")).doesNotExist();
    }

    @Test
    void aLinkThatStaysInsideIsKept() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        Files.createDirectories(tree.resolve("a/b"));
        Files.createSymbolicLink(tree.resolve("a/b/up"), Path.of("../../a/./b"));

        unpack(archive(tree));

        assertThat(Files.readSymbolicLink(directory.resolve("back/a/b/up"))).isEqualTo(Path.of("../../a/./b"));
    }

    private interface Writing {
        void to(TarArchiveOutputStream out) throws IOException;
    }

    private static Writing file(String name, String content) {
        return out -> {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
            entry.setSize(bytes.length);
            out.putArchiveEntry(entry);
            out.write(bytes);
            out.closeArchiveEntry();
        };
    }

    private static Writing folder(String name) {
        return out -> {
            out.putArchiveEntry(new TarArchiveEntry(name, TarConstants.LF_DIR, true));
            out.closeArchiveEntry();
        };
    }

    private static Writing link(String name, String target) {
        return special(name, TarConstants.LF_SYMLINK, target);
    }

    private static Writing special(String name, byte kind, String target) {
        return out -> {
            TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
            entry.setLinkName(target);
            out.putArchiveEntry(entry);
            out.closeArchiveEntry();
        };
    }

    private static byte[] hostile(Writing... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            folder("./").to(out);
            for (Writing entry : entries) {
                entry.to(out);
            }
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/absolute", "../beside", "a//b", "./a", "a/./b", "a/../b", ".."})
    void aNameOutsideIsRefused(String name) throws IOException {
        byte[] archive = hostile(folder("a/"), file(name, "evil"));

        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOfSatisfying(
                        TreeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSAFE_PATH));
    }

    @Test
    void nothingIsWrittenThroughALink() throws IOException {
        Files.createDirectory(directory.resolve("outside"));

        byte[] through = hostile(folder("a/"), link("b", "a"), file("b/evil", "evil"));

        assertThatThrownBy(() -> unpack(through))
                .isInstanceOfSatisfying(
                        TreeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_A_TREE));
        assertThat(directory.resolve("back/a")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"b,a", "a,a", "b/c,a"})
    void namesTwiceOrOutOfOrderAreRefused(String first, String second) throws IOException {
        byte[] archive = hostile(folder("b/"), file("b/" + first, ""), file("b/" + second, ""));

        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOfSatisfying(
                        TreeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_A_TREE));
    }

    @Test
    void otherKindsAndOtherArchivesAreRefused() throws IOException {
        for (byte kind :
                new byte[] {TarConstants.LF_LINK, TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO, 'Z'
                }) {
            byte[] archive = hostile(special("x", kind, "y"));
            assertThatThrownBy(
                            () -> TreeReader.read(new ByteArrayInputStream(archive), directory.resolve("back-" + kind)))
                    .isInstanceOf(TreeException.class);
        }
        byte[] plain = new byte[10_000];
        new Random(SEED).nextBytes(plain);
        assertThatThrownBy(() -> unpack(plain)).isInstanceOfAny(TreeException.class, IOException.class);
        assertThatThrownBy(() -> unpack(new byte[0])).isInstanceOf(TreeException.class);
    }

    @Test
    void aHeaderOfManyBytesIsRefusedBeforeItFillsTheMemory() throws IOException {
        byte[] archive = hostile(out -> {
            TarArchiveEntry entry = new TarArchiveEntry("x", TarConstants.LF_NORMAL, true);
            entry.addPaxHeader("comment", "c".repeat(1 << 20));
            out.putArchiveEntry(entry);
            out.closeArchiveEntry();
        });

        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOf(TreeException.class)
                .hasMessageContaining("headers");
    }

    @Test
    void anArchiveThatEndsEarlyIsRefused() throws IOException {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.write(tree.resolve("file"), new byte[5_000]);
        byte[] archive = archive(tree);

        assertThatThrownBy(() -> unpack(Arrays.copyOf(archive, 3_000)))
                .isInstanceOfAny(TreeException.class, IOException.class);
    }

    @Test
    void aFileThatChangesOrGoesWhileItIsReadIsTold() throws IOException {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.write(tree.resolve("a"), new byte[200_000]);
        Files.write(tree.resolve("b"), new byte[100]);

        assertThatThrownBy(() -> writeWhile(tree, () -> Files.delete(tree.resolve("b"))))
                .isInstanceOf(SourceChangedException.class)
                .hasMessageContaining("gone");
        assertThatThrownBy(() -> writeWhile(tree, () -> Files.write(tree.resolve("a"), new byte[200_001])))
                .isInstanceOf(SourceChangedException.class)
                .hasMessageContaining("a to stay");
        assertThatThrownBy(() -> writeWhile(
                        tree, () -> Files.setLastModifiedTime(tree.resolve("a"), FileTime.from(Instant.EPOCH))))
                .isInstanceOf(SourceChangedException.class);
    }

    private interface Change {
        void make() throws IOException;
    }

    /** Changes something when the first bytes come out. */
    private static void writeWhile(Path tree, Change change) throws IOException {
        TreeWriter.write(tree, path -> false, new OutputStream() {
            private boolean made;

            @Override
            public void write(int b) throws IOException {
                write(new byte[1], 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (!made) {
                    made = true;
                    change.make();
                }
            }
        });
    }

    @Test
    void aPipeIsNamedAndRefused() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        new ProcessBuilder("mkfifo", tree.resolve("pipe").toString()).start().waitFor();

        assertThatThrownBy(() -> archive(tree))
                .isInstanceOfSatisfying(
                        TreeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_KEPT))
                .hasMessageContaining("pipe");
    }
}

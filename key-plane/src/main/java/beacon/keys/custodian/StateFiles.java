package beacon.keys.custodian;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A directory of small files; each write is whole or not there, and on disk when it returns. */
final class StateFiles {
    private static final String TEMPORARY = ".new";

    private final Path directory;

    StateFiles(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new CustodianException("expected to make the directory " + directory, failed);
        }
    }

    void write(String name, byte[] bytes) {
        Path temporary = directory.resolve(name + TEMPORARY);
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            sync();
        } catch (IOException failed) {
            throw new CustodianException("expected to write " + directory.resolve(name), failed);
        }
    }

    void delete(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name));
            sync();
        } catch (IOException failed) {
            throw new CustodianException("expected to delete " + directory.resolve(name), failed);
        }
    }

    private void sync() throws IOException {
        sync(directory);
    }

    /** What was made, renamed or deleted in a directory is on disk when this returns. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** All files by name, without what a crash left unfinished. */
    Map<String, byte[]> readAll() {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> finished = files.filter(
                            file -> !String.valueOf(file.getFileName()).endsWith(TEMPORARY))
                    .toList();
            Map<String, byte[]> all = new TreeMap<>();
            for (Path file : finished) {
                all.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
            return all;
        } catch (IOException failed) {
            throw new CustodianException("expected to read the directory " + directory, failed);
        }
    }
}

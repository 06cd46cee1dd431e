package beacon.node.deletion;

import beacon.model.Cid;
import beacon.model.MalformedCid;
import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a storage node remembers of deletions by itself, so that a log that is restored from an old backup does not bring
 * anything back: the releases of artifacts it was designated for, and how far it has read. A file of lines, appended to and
 * fsynced; a line that a crash cut off counts as not written.
 */
final class ReleaseMemory {
    private static final String RELEASED = "released ";
    private static final String READ = "read ";

    private final Path file;
    private Place place;

    /**
     * How far it has read.
     *
     * @param released sequence of the last release
     * @param restored sequence of the last restore it has dealt with; 0 for none
     * @param swept sequence that the log had at the last sweep: one that is behind it is another log
     */
    record Place(long released, long restored, long swept) {}

    /** Reads what is there. */
    ReleaseMemory(Path file) {
        this.file = file;
        this.place = new Place(0, 0, 0);
        endWithALine();
        lines(line -> {
            String[] words = line.startsWith(READ) ? line.split(" ", -1) : new String[0];
            if (words.length == 5 && words[4].equals(".")) {
                place = new Place(Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
            }
        });
    }

    /** After a cut-off line the next one begins on its own. */
    private void endWithALine() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            long size = channel.size();
            if (size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n') {
                channel.write(ByteBuffer.wrap(new byte[] {'\n'}), size);
                channel.force(true);
            }
        } catch (NoSuchFileException none) {
            // Nothing is remembered yet.
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + file, e);
        }
    }

    Place place() {
        return place;
    }

    /** Remembers releases, and how far was read; both are on the disk when this returns. */
    void remember(List<ByteString> released, Place now) {
        if (released.isEmpty() && now.equals(place)) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        released.forEach(
                manifest -> lines.append(RELEASED).append(Cid.of(manifest)).append(" .\n"));
        lines.append(READ).append(now.released()).append(' ').append(now.restored());
        lines.append(' ').append(now.swept()).append(" .\n");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(lines.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write " + file, e);
        }
        place = now;
    }

    /** Shows every release that is remembered. */
    void forEach(Consumer<Cid> visitor) {
        lines(line -> {
            if (line.startsWith(RELEASED) && line.endsWith(" .")) {
                try {
                    visitor.accept(Cid.parse(line.substring(RELEASED.length(), line.length() - 2)));
                } catch (MalformedCid damaged) {
                    throw new UncheckedIOException(new IOException(
                            "expected a CID in %s, but found \"%s\"; remove the line".formatted(file, line), damaged));
                }
            }
        });
    }

    private void lines(Consumer<String> visitor) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
            String line = lines.readLine();
            while (line != null) {
                visitor.accept(line);
                line = lines.readLine();
            }
        } catch (NoSuchFileException none) {
            // Nothing is remembered yet.
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + file, e);
        }
    }
}

package beacon.index.journal.file;

import beacon.index.journal.JournalException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Names and numbers of a journal's files: which file holds which sequences. */
final class CycleFiles {
    static final String SUFFIX = ".cq4";

    private final Path directory;
    private final int cycleBits;
    private final DateTimeFormatter formatter;

    CycleFiles(Path directory, int cycleBits) {
        this.directory = directory;
        this.cycleBits = cycleBits;
        this.formatter = DateTimeFormatter.ofPattern(pattern());
    }

    Path directory() {
        return directory;
    }

    /** The same names in another directory. */
    CycleFiles in(Path other) {
        return new CycleFiles(other, cycleBits);
    }

    /** Chronicle names a file by the time of its cycle; ours last a second each and start in 1970. */
    String pattern() {
        return "yyyyMMdd-HHmmss'N%d'".formatted(cycleBits);
    }

    int cycleOf(long sequence) {
        return Math.toIntExact((sequence - 1) >> cycleBits);
    }

    /** Place of the sequence in its file, from 0. */
    int placeOf(long sequence) {
        return (int) ((sequence - 1) & ((1L << cycleBits) - 1));
    }

    long firstSequence(int cycle) {
        return ((long) cycle << cycleBits) + 1;
    }

    int recordsPerCycle() {
        return 1 << cycleBits;
    }

    Path path(int cycle) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(cycle, 0, ZoneOffset.UTC);
        return directory.resolve(formatter.format(time) + SUFFIX);
    }

    /** Cycles that have a file, ascending. */
    List<Integer> present() {
        List<Integer> cycles = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(path -> path.toString().endsWith(SUFFIX)).forEach(path -> cycles.add(cycleOf(path)));
        } catch (IOException e) {
            throw new JournalException.Failed("expected to list the journal directory " + directory, e);
        }
        cycles.sort(null);
        return cycles;
    }

    private int cycleOf(Path path) {
        String name = path.getFileName().toString();
        try {
            String time = name.substring(0, name.length() - SUFFIX.length());
            return Math.toIntExact(LocalDateTime.parse(time, formatter).toEpochSecond(ZoneOffset.UTC));
        } catch (DateTimeException | ArithmeticException e) {
            throw new JournalException.Failed(
                    "expected journal files named like %s, but found %s".formatted(path(0).getFileName(), path), e);
        }
    }

    /** Makes created, renamed and deleted names durable. */
    void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

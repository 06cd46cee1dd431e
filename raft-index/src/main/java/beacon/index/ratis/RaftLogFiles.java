package beacon.index.ratis;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the files of a Raft log in order before Ratis opens them, so that the log continues where the snapshot ends.
 *
 * <p>Ratis 3.3 keeps the file in progress also when it ends before the snapshot, and then fails every entry that a leader
 * sends with a "gap", forever: a member that was killed after it had fetched state, and before it used it, would never follow
 * again (docs/adr/0007). And it keeps entries of a lost term that a snapshot has overtaken; as leader it would hand them out.
 *
 * <p>What is removed is in the snapshot, or was never committed: a snapshot holds committed entries only, and entries that
 * follow one which differs from a committed one are lost themselves.
 */
final class RaftLogFiles {
    private static final Logger LOG = LoggerFactory.getLogger(RaftLogFiles.class);
    private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_(\\d+)|(\\d+)-(\\d+))");
    private static final String CURRENT = "current";

    /** More than Ratis ever writes as one, see {@link RaftSettings}. */
    private static final int MAX_ENTRY_BYTES = 64 << 20;

    private RaftLogFiles() {}

    /** A file of the log, its first index, and its entry at the index where the snapshot ends. */
    private record Segment(Path file, long start, @Nullable TermIndex atSnapshot) {}

    /** A file that does not read as a log. Ratis says what is wrong with it, and nothing is removed. */
    private static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(Path file, long position) {
            super("expected a whole entry at byte %d of %s, but found damage".formatted(position, file));
        }
    }

    /**
     * Removes the whole log when it begins no later than the snapshot ends and does not have the very entry the snapshot
     * ends with. A log with damaged files is left as it is.
     *
     * @param snapshot place of the newest snapshot; index -1 when there is none
     */
    static void tidy(Path raftDirectory, TermIndex snapshot) {
        if (!Files.exists(raftDirectory)) {
            return;
        }
        try (Stream<Path> groups = Files.list(raftDirectory)) {
            for (Path group : groups.sorted().toList()) {
                if (Files.isDirectory(group.resolve(CURRENT))) {
                    tidyGroup(group.resolve(CURRENT), snapshot);
                }
            }
        } catch (DamagedException e) {
            LOG.warn("raft_log_damaged cause=\"{}\"", e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("expected to put the Raft log in " + raftDirectory + " in order", e);
        }
    }

    private static void tidyGroup(Path directory, TermIndex snapshot) throws IOException {
        List<Segment> segments = segments(directory, snapshot);
        if (segments.isEmpty()) {
            return;
        }
        boolean agrees = segments.stream().anyMatch(each -> snapshot.equals(each.atSnapshot()));
        if (agrees || segments.get(0).start() > snapshot.getIndex()) {
            return;
        }
        // The newest first: if this process dies in between, what is left is overtaken still.
        Collections.reverse(segments);
        for (Segment each : segments) {
            LOG.info("raft_log_file_removed file={} snapshot={}", each.file().getFileName(), snapshot);
            Files.delete(each.file());
        }
        try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    /** In the order of the log. Only files that can have the snapshot's last entry are read. */
    private static List<Segment> segments(Path directory, TermIndex snapshot) throws IOException {
        List<Segment> segments = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.toList();
        }
        for (Path file : files) {
            Matcher name = SEGMENT.matcher(file.getFileName().toString());
            if (!name.matches()) {
                continue;
            }
            boolean open = name.group(1) != null;
            long start = Long.parseLong(open ? name.group(1) : name.group(2));
            long end = open ? Long.MAX_VALUE : Long.parseLong(name.group(3));
            boolean spans = start <= snapshot.getIndex() && snapshot.getIndex() <= end;
            segments.add(new Segment(file, start, spans ? entryAt(file, snapshot.getIndex()) : null));
        }
        segments.sort(Comparator.comparingLong(Segment::start));
        return segments;
    }

    private static @Nullable TermIndex entryAt(Path file, long index) throws IOException {
        try (Reader reader = new Reader(file)) {
            Optional<TermIndex> entry = reader.next();
            while (entry.isPresent() && entry.get().getIndex() < index) {
                entry = reader.next();
            }
            return entry.orElse(null);
        }
    }

    /**
     * Reads one file: a header, then for each entry its length as a varint, the entry and a CRC-32C over both; zeros behind
     * the last one.
     */
    private static final class Reader implements AutoCloseable {
        private final Path file;
        private final DataInputStream in;
        private final boolean hasHeader;
        private long position;

        Reader(Path file) throws IOException {
            this.file = file;
            this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
            byte[] header = in.readNBytes(SegmentedRaftLogFormat.getHeaderLength());
            this.position = header.length;
            this.hasHeader = header.length == SegmentedRaftLogFormat.getHeaderLength()
                    && SegmentedRaftLogFormat.matchHeader(header, 0, header.length) == header.length;
            if (!hasHeader && !allZero(header, SegmentedRaftLogFormat.matchHeader(header, 0, header.length))) {
                in.close();
                throw new DamagedException(file, 0);
            }
        }

        private static boolean allZero(byte[] bytes, int from) {
            return SegmentedRaftLogFormat.isTerminator(bytes, from, bytes.length - from);
        }

        /** Empty behind the last whole entry. An entry that was cut off by a crash was never acknowledged. */
        Optional<TermIndex> next() throws IOException {
            if (!hasHeader) {
                return Optional.empty();
            }
            try {
                byte[] prefix = new byte[5];
                int length = 0;
                int read = 0;
                do {
                    if (read == prefix.length) {
                        throw new DamagedException(file, position);
                    }
                    prefix[read] = in.readByte();
                    length |= (prefix[read] & 0x7f) << (7 * read);
                    read++;
                } while (prefix[read - 1] < 0);
                if (length == 0) {
                    requireOnlyZeros();
                    return Optional.empty();
                }
                if (length < 0 || length > MAX_ENTRY_BYTES) {
                    throw new DamagedException(file, position);
                }
                byte[] entry = in.readNBytes(length);
                CRC32C checksum = new CRC32C();
                checksum.update(prefix, 0, read);
                checksum.update(entry);
                if (in.readInt() != (int) checksum.getValue()) {
                    throw new DamagedException(file, position);
                }
                position += read + length + Integer.BYTES;
                LogEntryProto parsed = LogEntryProto.parseFrom(entry);
                return Optional.of(TermIndex.valueOf(parsed.getTerm(), parsed.getIndex()));
            } catch (EOFException e) {
                return Optional.empty();
            }
        }

        private void requireOnlyZeros() throws IOException {
            byte[] rest = new byte[1 << 16];
            for (int read = in.read(rest); read >= 0; read = in.read(rest)) {
                if (!allZero(Arrays.copyOf(rest, read), 0)) {
                    throw new DamagedException(file, position);
                }
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

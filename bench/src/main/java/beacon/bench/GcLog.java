package beacon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a JVM writes about its collections. */
record GcLog(Path file) {
    /** "24M->4M(256M)". */
    private static final Pattern COLLECTION = Pattern.compile("\\d+M->(\\d+)M\\(\\d+M\\)");

    /** Has a JVM write it. */
    String flag() {
        return "-Xlog:gc:file=" + file + "::filecount=0";
    }

    /** The most that any collection left, garbage it did not look at included. */
    long peakBytes() {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(COLLECTION::matcher)
                    .filter(Matcher::find)
                    .mapToLong(found -> Long.parseLong(found.group(1)) << 20)
                    .max()
                    .orElseThrow(() -> new BenchException("expected collections in " + file + ", but found none"));
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + file, e);
        }
    }

    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to remove " + file, e);
        }
    }
}

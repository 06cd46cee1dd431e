package beacon.node.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The JVM flags with which the launcher runs a node of the data plane: little memory, one collector thread. */
public final class StorageJvm {
    private static final String FILE = "storage-jvm.args";

    private StorageJvm() {}

    /** The flags, one by one. */
    public static List<String> flags() {
        try (InputStream in = StorageJvm.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("expected the resource " + FILE + ", but found none");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

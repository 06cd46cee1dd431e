package beacon.keys;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Assumptions;

/** Public test vectors, kept beside the project and not in it; a test without them is skipped and says so. */
public final class Vectors {
    private Vectors() {}

    /** The folder of that name, or the test ends here as skipped. */
    public static Path folder(String name) {
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            Path candidate = dir.resolveSibling("shared").resolve("vectors").resolve(name);
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        System.out.println("skipped: no test vectors " + name + " beside the project");
        return Assumptions.abort("no test vectors " + name + " beside the project");
    }

    public static <T> T json(String folder, String file, Class<T> type) {
        try (Reader reader = Files.newBufferedReader(folder(folder).resolve(file))) {
            return type.cast(JsonParser.parseReader(reader));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public static byte[] hex(JsonObject object, String member) {
        return hex(object.get(member).getAsString());
    }

    public static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}

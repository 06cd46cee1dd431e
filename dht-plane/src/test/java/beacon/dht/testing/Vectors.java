package beacon.dht.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** Published test vectors that lie beside the checkout; a test that needs them is skipped where they are absent. */
public final class Vectors {
    private Vectors() {}

    /** The bytes of a file below the folder of vectors. */
    public static byte[] bytes(String name) {
        Optional<Path> file = find(name);
        Assumptions.assumeTrue(file.isPresent(), () -> "skipped: no vectors at ../shared/vectors/" + name);
        try {
            return Files.readAllBytes(file.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a file below the folder of vectors. */
    public static String text(String name) {
        return new String(bytes(name), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** A folder below the folder of vectors. */
    public static Path folder(String name) {
        Optional<Path> folder = find(name);
        Assumptions.assumeTrue(folder.isPresent(), () -> "skipped: no vectors at ../shared/vectors/" + name);
        return folder.get();
    }

    private static Optional<Path> find(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path file = folder.resolve("shared").resolve("vectors").resolve(name);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
            folder = folder.getParent();
        }
        return Optional.empty();
    }

    /** Every text value of a key in flat JSON, in order; enough for vectors without escapes. */
    public static List<String> values(String json, String key) {
        Matcher matcher = Pattern.compile('"' + key + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
        List<String> values = new ArrayList<>();
        while (matcher.find()) {
            values.add(matcher.group(1));
        }
        return values;
    }

    /** The texts of the list under a key in flat JSON. */
    public static List<String> list(String json, String key) {
        Matcher matcher =
                Pattern.compile('"' + key + "\"\\s*:\\s*\\[([^\\]]*)\\]").matcher(json);
        List<String> values = new ArrayList<>();
        if (matcher.find()) {
            Matcher item = Pattern.compile("\"([^\"]*)\"").matcher(matcher.group(1));
            while (item.find()) {
                values.add(item.group(1));
            }
        }
        return values;
    }
}

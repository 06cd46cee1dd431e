package beacon.contract;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** The files that say what was released, and their candidates for the next release. */
final class Released {
    /** Said by every failure. */
    static final String ADVICE = """

            What was released stays: nodes and clients of earlier versions and all of history use it.
            Put it back as it was, mark it deprecated if you must, and give what is new a new number or name.
            Only if none of it was ever released: mvn -pl proto test (let it fail), then
              cp proto/target/contract/* proto/src/test/resources/beacon/contract/
            """;

    private Released() {}

    static List<String> lines(String file) throws IOException {
        try (InputStream in = Released.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** Leaves the file as it would be released now in the build folder. */
    static void propose(String file, Collection<String> lines) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "contract"));
        Files.write(folder.resolve(file), lines);
    }
}

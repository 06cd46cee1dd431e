package beacon.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Intel's ISA-L, which is what the machine can do: a small C program compiled here, when compiler and library are. */
final class IsalDriver {
    /** Printed in reports. */
    static final String NAME = "ISA-L";

    private static final String SOURCE = "isal_bench.c";

    private final Path program;

    private IsalDriver(Path program) {
        this.program = program;
    }

    /** GB of data per second on one core. */
    record Rates(double encode, double rebuild) {}

    /** Compiles it; empty when {@code gcc} or {@code libisal-dev} is not installed. */
    static Optional<IsalDriver> compile(Path directory) {
        Path source = directory.resolve(SOURCE);
        Path program = directory.resolve("isal_bench");
        try (InputStream in = IsalDriver.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new BenchException("expected " + SOURCE + " beside this class, but found nothing");
            }
            Files.createDirectories(directory);
            Files.write(source, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            run(List.of("gcc", "-O2", "-o", program.toString(), source.toString(), "-lisal"));
            return Optional.of(new IsalDriver(program));
        } catch (IOException | BenchException e) {
            return Optional.empty();
        }
    }

    Rates measure() {
        try {
            String[] rates = run(List.of(program.toString())).strip().split(" ", 2);
            return new Rates(Double.parseDouble(rates[0]), Double.parseDouble(rates[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException("expected " + command.get(0) + " to end well, but found: " + text.strip());
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}

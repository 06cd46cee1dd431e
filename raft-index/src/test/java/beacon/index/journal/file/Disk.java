package beacon.index.journal.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What the operating system says about disk space. */
final class Disk {
    private Disk() {}

    /** Blocks in use, holes left out. */
    static long usedBytes(Path directory) throws IOException {
        String line = run("du", "-s", "-B1", directory.toString());
        return Long.parseLong(line.substring(0, line.indexOf('\t')));
    }

    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + exit + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }
}

package beacon.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What every figure depends on. */
final class Conditions {
    private Conditions() {}

    /** @param directory where the contenders keep their files */
    static Map<String, Object> of(Settings settings, Path directory) {
        Map<String, Object> conditions = new LinkedHashMap<>();
        conditions.put("cpus", Runtime.getRuntime().availableProcessors());
        conditions.put("jdk", System.getProperty("java.version"));
        conditions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        conditions.put("file_system", fileSystem(directory));
        conditions.put("runs", settings.runs());
        conditions.put("warm_up_seconds", settings.warmUp().toMillis() / 1e3);
        conditions.put("run_seconds", settings.run().toMillis() / 1e3);
        return conditions;
    }

    /** Commit of the working directory, with a plus sign when it has changes; "unknown" outside a repository. */
    static String commit() {
        String commit = git("rev-parse", "--short=12", "HEAD");
        if (commit.isEmpty()) {
            return "unknown";
        }
        return git("status", "--porcelain", "--untracked-files=no").isEmpty() ? commit : commit + "+";
    }

    private static String git(String... arguments) {
        try {
            String[] command = new String[arguments.length + 1];
            command[0] = "git";
            System.arraycopy(arguments, 0, command, 1, arguments.length);
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            return "";
        }
    }

    private static String fileSystem(Path directory) {
        try {
            return Files.getFileStore(directory).type();
        } catch (IOException e) {
            return "unknown";
        }
    }
}

package beacon.node.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of another JVM with the class path and the access flags of this one. */
public final class JavaCommand {
    private static final List<String> INHERITED =
            List.of("--add-opens", "--add-exports", "--enable-native-access", "--sun-misc-unsafe", "-Dchronicle.");

    private JavaCommand() {}

    /**
     * Builds the command.
     *
     * @param flags more JVM flags, for instance {@code -Xmx256m}
     * @param arguments of the program
     */
    public static ProcessBuilder of(Class<?> main, List<String> flags, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(JavaCommand::isInherited)
                .forEach(command::add);
        command.addAll(flags);
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        // Not on the command line, where it would hide everything else in a process list.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder;
    }

    private static boolean isInherited(String flag) {
        return INHERITED.stream().anyMatch(flag::startsWith);
    }
}

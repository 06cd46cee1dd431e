package beacon.node.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/**
 * What a verb works with: the streams, the global options and the surroundings of the process, all handed in so that
 * tests run whole commands in one JVM.
 */
record Session(
        RootCommand options, Console console, Map<String, String> environment, Path directory, InstantSource clock) {
    Output output() {
        return new Output(console.out(), options.output);
    }

    Profile profile() {
        return Profile.find(options, environment, directory);
    }

    Duration timeout() {
        return Duration.ofSeconds(options.timeoutSeconds);
    }

    /** For the verbs of other modules. */
    VerbProvider.Surroundings surroundings() {
        return new VerbProvider.Surroundings() {
            @Override
            public PrintStream out() {
                return console.out();
            }

            @Override
            public PrintStream err() {
                return console.err();
            }

            @Override
            public boolean isJson() {
                return output().isJson();
            }

            @Override
            public Path directory() {
                return directory;
            }
        };
    }
}

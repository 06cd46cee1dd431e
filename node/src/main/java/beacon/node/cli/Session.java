package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientOptions;
import beacon.node.config.Endpoint;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * What a verb works with: the streams, the global options and the surroundings of the process, all handed in so that
 * tests run whole commands in one JVM.
 */
record Session(
        RootCommand options, Console console, Map<String, String> environment, Path directory, InstantSource clock) {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    Output output() {
        return new Output(console.out(), options.output);
    }

    Profile profile() {
        return Profile.find(options, environment, directory);
    }

    /** A client of the cluster that the options or the profile name. */
    BeaconClient connect() {
        return connect(timeout());
    }

    /** A client that waits so long for an answer. */
    BeaconClient connect(Duration timeout) {
        Profile profile = profile();
        List<String> endpoints =
                profile.endpoints().stream().map(Endpoint::toString).toList();
        return BeaconClient.open(new ClientOptions(endpoints, profile.tls(), timeout));
    }

    /** A file as the user names it: relative to where the command runs. */
    Path resolve(Path file) {
        return directory.resolve(file);
    }

    Duration timeout() {
        return timeout(DEFAULT_TIMEOUT);
    }

    /** What the user gave, or else this. */
    Duration timeout(Duration otherwise) {
        Integer seconds = options.timeoutSeconds;
        return seconds == null ? otherwise : Duration.ofSeconds(seconds);
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

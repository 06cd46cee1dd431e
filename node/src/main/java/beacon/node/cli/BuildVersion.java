package beacon.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** Version and commit, from the file the build writes. */
public final class BuildVersion implements IVersionProvider {
    private static final String FILE = "/beacon/node/build.properties";

    /** For instance {@code 0.1.0-SNAPSHOT (commit 3b57fdd, modified)}. */
    public static String text() {
        Properties properties = new Properties();
        try (@Nullable InputStream in = BuildVersion.class.getResourceAsStream(FILE)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            return "unknown";
        }
        String commit = properties.getProperty("git.commit.id.abbrev", "unknown");
        boolean modified = Boolean.parseBoolean(properties.getProperty("git.dirty", "false"));
        return properties.getProperty("git.build.version", "unknown") + " (commit " + commit
                + (modified ? ", modified)" : ")");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"beacon " + text()};
    }
}

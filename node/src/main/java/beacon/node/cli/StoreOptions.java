package beacon.node.cli;

import beacon.node.blocks.StoreFolder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which block store a verb of {@code beacon blocks} works on. */
final class StoreOptions {
    @Option(
            names = "--store",
            paramLabel = "DIR",
            required = true,
            description = "Folder of the block store; made when there is none.")
    private Path folder = Path.of("");

    @Option(
            names = "--quota",
            paramLabel = "BYTES",
            defaultValue = "1099511627776",
            description = "Bytes that its blocks may have (default: 1 TiB).")
    private long quotaBytes;

    /** Opens the store; nobody else may have it open. */
    StoreFolder open(Session session) {
        return StoreFolder.open(session.resolve(folder), quotaBytes);
    }
}

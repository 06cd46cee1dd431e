package beacon.node.cli;

import beacon.dht.blockstore.BlockHash;
import beacon.dht.blockstore.BlockstoreStats;
import beacon.dht.blockstore.PutOutcome;
import beacon.dht.blockstore.ScrubPace;
import beacon.dht.blockstore.ScrubStep;
import beacon.dht.placement.Receipt;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import beacon.node.blocks.StoreFolder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon blocks}: a block store, and exchanging its blocks. */
@Command(name = "blocks", description = "Look after a block store, serve its blocks, fetch others.")
final class BlocksVerb implements Runnable {
    private static final int MAX_STEP_BYTES = 4 << 20;
    private static final int MAX_BLOCK_BYTES = 2 << 20;

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    BlocksVerb(Session session) {
        this.session = session;
    }

    /** The verb with its subcommands. */
    static CommandLine of(Session session) {
        return new CommandLine(new BlocksVerb(session))
                .addSubcommand(new BlocksServeVerb(session))
                .addSubcommand(new BlocksFetchVerb(session))
                .addSubcommand(new BlocksPlaceVerb(session));
    }

    @Override
    public void run() {
        throw usage("expected stat, id, add, verify, scrub, serve, fetch, place or receipt");
    }

    @Command(name = "stat", description = "How much is stored.")
    void stat(@Mixin StoreOptions options) {
        try (StoreFolder folder = options.open(session)) {
            BlockstoreStats stats = folder.blocks().stats();
            JsonObject result = new JsonObject();
            result.addProperty("blocks", stats.blocks());
            result.addProperty("bytes", stats.bytes());
            result.addProperty("quota_bytes", stats.quotaBytes());
            session.output().object(result);
        }
    }

    @Command(name = "id", description = "The name of the peer that serves and places the blocks of this store.")
    void id(@Mixin StoreOptions options) {
        try (StoreFolder folder = options.open(session)) {
            JsonObject result = new JsonObject();
            result.addProperty("peer_id", folder.keys().peerId().toString());
            session.output().object(result);
        }
    }

    @Command(
            name = "receipt",
            description = "Check a receipt that `beacon blocks place` printed, and say what it states. Asks nobody.")
    void receipt(@Parameters(paramLabel = "RECEIPT", description = "Base64.") String text) {
        ByteString signed;
        try {
            signed = ByteString.copyFrom(Base64.getDecoder().decode(text.strip()));
        } catch (IllegalArgumentException e) {
            throw usage("expected a receipt in base64, but found other text");
        }
        try {
            session.output().object(BlocksPlaceVerb.json(Receipt.verify(signed)));
        } catch (WireException e) {
            throw new Failure("NOT_PROVEN", e.getMessage() == null ? "" : e.getMessage());
        }
    }

    @Command(name = "add", description = "Store a file as raw blocks, and print their ids in order.")
    void add(
            @Mixin StoreOptions options,
            @Parameters(paramLabel = "FILE", description = "- is standard input.") Path file,
            @Option(
                            names = "--block-bytes",
                            paramLabel = "BYTES",
                            defaultValue = "262144",
                            description = "Size of a block (default: 256 KiB).")
                    int blockBytes) {
        if (blockBytes < 1 || blockBytes > MAX_BLOCK_BYTES) {
            throw usage("expected --block-bytes of 1 to " + MAX_BLOCK_BYTES + ", but found " + blockBytes);
        }
        Progress progress = new Progress(session.console(), "adding");
        try (StoreFolder folder = options.open(session);
                InputStream in = file.toString().equals("-")
                        ? session.console().in()
                        : Files.newInputStream(session.resolve(file))) {
            long total = 0;
            for (byte[] bytes = in.readNBytes(blockBytes); bytes.length > 0; bytes = in.readNBytes(blockBytes)) {
                total += bytes.length;
                print(put(folder, ByteString.copyFrom(bytes)), bytes.length);
                progress.at(total + " bytes");
            }
        } catch (IOException e) {
            throw Failures.of(e);
        } finally {
            progress.end();
        }
    }

    private static Cid put(StoreFolder folder, ByteString bytes) {
        Cid cid = BlockHash.sha256(Cid.RAW, bytes);
        if (folder.blocks().put(cid, bytes) instanceof PutOutcome.Refused refused) {
            throw new Failure(refused.reason().name(), refused.message());
        }
        return cid;
    }

    private void print(Cid cid, int size) {
        JsonObject row = new JsonObject();
        row.addProperty("cid", cid.toString());
        row.addProperty("bytes", size);
        session.output().streamed(row, cid.toString());
    }

    @Command(name = "verify", description = "Check some blocks against their ids; ends with 1 when one is not good.")
    void verify(@Mixin StoreOptions options, @Parameters(paramLabel = "CID", arity = "1..*") List<String> cids) {
        List<Cid> ids = cids.stream().map(Cid::parse).toList();
        int bad = 0;
        try (StoreFolder folder = options.open(session)) {
            for (Cid cid : ids) {
                boolean stored = folder.blocks().has(cid);
                boolean good = folder.blocks().get(cid).isPresent();
                String state = good ? "good" : stored ? "corrupt" : "missing";
                bad += good ? 0 : 1;
                JsonObject row = new JsonObject();
                row.addProperty("cid", cid.toString());
                row.addProperty("state", state);
                session.output().streamed(row, cid + " " + state);
            }
        }
        if (bad > 0) {
            throw new Failure("NOT_GOOD", "expected every block to be good, but found " + bad + " that are not");
        }
    }

    @Command(
            name = "scrub",
            description = "Check every block; corrupt ones go to quarantine. Ends with 1 when there was one.")
    void scrub(
            @Mixin StoreOptions options,
            @Option(
                            names = "--rate",
                            paramLabel = "BYTES",
                            defaultValue = "1073741824",
                            description = "Bytes to read in a second (default: 1 GiB).")
                    long rate) {
        if (rate < 1) {
            throw usage("expected --rate of 1 or more, but found " + rate);
        }
        try (StoreFolder folder = options.open(session)) {
            JsonObject result = walk(folder, rate);
            session.output().object(result);
            session.output().flush();
            if (!folder.corrupt().isEmpty()) {
                throw new Failure(
                        "CORRUPT",
                        "expected good blocks, but found " + folder.corrupt().size() + " corrupt",
                        "the copies are in the folder quarantine; fetch the blocks again",
                        null);
            }
        }
    }

    /** The walk goes on where an earlier one stopped, so it ends when as many blocks as there are were checked. */
    private JsonObject walk(StoreFolder folder, long rate) {
        InstantSource clock = InstantSource.system();
        Progress progress = new Progress(session.console(), "scrub");
        ScrubPace pace = ScrubPace.start(rate, Math.max(1, Math.min(rate, MAX_STEP_BYTES)), clock.instant());
        long blocks = folder.blocks().stats().blocks();
        long checked = 0;
        long bytes = 0;
        int cycles = 0;
        while (cycles == 0 || (cycles == 1 && checked < blocks)) {
            pace = pace.at(clock.instant());
            if (pace.granted() == 0) {
                LockSupport.parkNanos(pace.untilGrant().toNanos());
                continue;
            }
            ScrubStep step = folder.blocks().scrub(pace.granted());
            pace = pace.spent(step.checkedBytes());
            checked += step.checkedBlocks();
            bytes += step.checkedBytes();
            cycles += step.cycleDone() ? 1 : 0;
            progress.at(checked + " of " + blocks + " blocks");
        }
        progress.end();
        JsonObject result = new JsonObject();
        result.addProperty("checked_blocks", checked);
        result.addProperty("checked_bytes", bytes);
        JsonArray corrupt = new JsonArray();
        folder.corrupt().forEach(cid -> corrupt.add(cid.toString()));
        result.add("corrupt", corrupt);
        return result;
    }

    private CommandLine.ParameterException usage(String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }
}

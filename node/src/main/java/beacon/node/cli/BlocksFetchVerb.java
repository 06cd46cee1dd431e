package beacon.node.cli;

import beacon.dht.Stages;
import beacon.dht.bitswap.ExchangeException;
import beacon.dht.bitswap.Fetched;
import beacon.dht.blockstore.PutOutcome;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.libp2p.PeerKeys;
import beacon.model.Cid;
import beacon.node.blocks.BlockNode;
import beacon.node.blocks.StoreFolder;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon blocks fetch}: blocks of other peers into a store. */
@Command(
        name = "fetch",
        description = {
            "Fetch blocks over Bitswap into a block store. --timeout is for the time without progress.",
            "Ends with 1 when a block could not be had."
        })
final class BlocksFetchVerb implements Runnable {
    private static final int BATCH = 4096;
    private static final long POLL_NANOS = 20_000_000;

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Mixin
    private ListenOptions listen = new ListenOptions();

    @Option(
            names = "--from",
            paramLabel = "ADDR",
            split = ",",
            required = true,
            description = "Peers to ask: multiaddrs that end with /p2p and a peer id.")
    private List<String> from = List.of();

    @Option(names = "--cids", paramLabel = "FILE", description = "Further ids, one a line; - is standard input.")
    private @Nullable Path list;

    @Parameters(paramLabel = "CID", arity = "0..*")
    private List<String> cids = List.of();

    BlocksFetchVerb(Session session) {
        this.session = session;
    }

    /** What came of it; counted by the loop, read here. */
    private static final class Tally {
        private final AtomicLong done = new AtomicLong();
        private final AtomicLong fetched = new AtomicLong();
        private final AtomicLong stored = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();
        private final Map<String, AtomicLong> failures = new TreeMap<>();

        synchronized void failed(String reason) {
            failures.computeIfAbsent(reason, added -> new AtomicLong()).incrementAndGet();
        }

        synchronized JsonObject failures() {
            JsonObject object = new JsonObject();
            failures.forEach((reason, count) -> object.addProperty(reason, count.get()));
            return object;
        }

        void finished(@Nullable Fetched block, @Nullable Throwable failure) {
            if (block == null) {
                Throwable cause = failure == null ? new IllegalStateException("no outcome") : Stages.cause(failure);
                failed(cause instanceof ExchangeException known ? known.kind().name() : cause.toString());
            } else if (block.kept() instanceof PutOutcome.Refused refused) {
                failed(refused.reason().name());
            } else {
                (block.from().isPresent() ? fetched : stored).incrementAndGet();
                bytes.addAndGet(block.bytes().size());
            }
            done.incrementAndGet();
        }
    }

    @Override
    public void run() {
        List<KadPeer> providers = from.stream()
                .map(text -> PeerAddress.parse(spec, "--from", text))
                .toList();
        List<Cid> wanted = wanted();
        if (wanted.isEmpty()) {
            throw usage("expected a CID or --cids, but found neither");
        }
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        BlockNode.Settings settings =
                new BlockNode.Settings(new PeerKeys(secret), listen.address(), List.of(), BuildVersion.text());
        Tally tally = new Tally();
        long start = System.nanoTime();
        try (StoreFolder folder = store.open(session);
                BlockNode node = BlockNode.start(folder, settings)) {
            for (int at = 0; at < wanted.size(); at += BATCH) {
                fetch(node, providers, wanted.subList(at, Math.min(wanted.size(), at + BATCH)), tally);
            }
        }
        print(wanted.size(), tally, System.nanoTime() - start);
    }

    private void fetch(BlockNode node, List<KadPeer> providers, List<Cid> batch, Tally tally) {
        beacon.dht.bitswap.Session fetching = node.blocks().session(providers).join();
        long target = tally.done.get() + batch.size();
        node.blocks()
                .ask(() -> {
                    batch.forEach(cid -> fetching.get(cid).whenComplete(tally::finished));
                    return batch.size();
                })
                .join();
        Progress progress = new Progress(session.console(), "fetching");
        long seen = tally.done.get();
        long lastProgress = System.nanoTime();
        while (tally.done.get() < target) {
            LockSupport.parkNanos(POLL_NANOS);
            progress.at(tally.done.get() + " blocks, " + tally.bytes.get() + " bytes");
            if (tally.done.get() > seen) {
                seen = tally.done.get();
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > session.timeout().toNanos()) {
                break;
            }
        }
        progress.end();
        node.blocks()
                .ask(() -> {
                    fetching.close();
                    return true;
                })
                .join();
    }

    private void print(int wanted, Tally tally, long nanos) {
        JsonObject result = new JsonObject();
        result.addProperty("wanted", wanted);
        result.addProperty("fetched", tally.fetched.get());
        result.addProperty("stored_already", tally.stored.get());
        result.addProperty("bytes", tally.bytes.get());
        result.addProperty("ms", TimeUnit.NANOSECONDS.toMillis(nanos));
        result.add("failed", tally.failures());
        session.output().object(result);
        session.output().flush();
        long missing = wanted - tally.fetched.get() - tally.stored.get();
        if (missing > 0) {
            throw new Failure(
                    "NOT_FETCHED",
                    "expected " + wanted + " blocks, but " + missing + " could not be had: " + tally.failures());
        }
    }

    private List<Cid> wanted() {
        List<Cid> wanted = new ArrayList<>();
        cids.forEach(cid -> wanted.add(Cid.parse(cid)));
        if (list != null) {
            try (InputStream in = list.toString().equals("-")
                            ? session.console().in()
                            : Files.newInputStream(session.resolve(list));
                    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.isBlank()) {
                        wanted.add(Cid.parse(line.strip()));
                    }
                }
            } catch (IOException e) {
                throw Failures.of(e);
            }
        }
        return wanted;
    }

    private CommandLine.ParameterException usage(String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }
}

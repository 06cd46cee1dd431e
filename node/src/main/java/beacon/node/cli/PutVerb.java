package beacon.node.cli;

import beacon.dht.artifact.Coding;
import beacon.dht.artifact.Manifest;
import beacon.index.client.BeaconClient;
import beacon.keys.envelope.Recipient;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.records.KeyRecord;
import beacon.model.Address;
import beacon.node.artifacts.ArtifactException;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.CodingChoice;
import beacon.node.artifacts.FleetClient;
import beacon.node.artifacts.FleetNode;
import beacon.node.artifacts.PayloadPlacer;
import beacon.node.put.PutSource;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon put}: a file under a name, encrypted, on storage nodes. */
@Command(
        name = "put",
        description = {
            "Seal FILE, which may be a directory, place it on storage nodes, and let ADDRESS point at it.",
            "When this ends with 0 the file is on their disks and the log knows it. After an interruption the same"
                    + " command",
            "goes on where it was, unless FILE changed since. \"-\" is standard input, which cannot be continued."
        })
final class PutVerb implements Callable<Integer> {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", index = "0")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Parameters(paramLabel = "ADDRESS", index = "1", description = "UCXL address; its temporal part is *^.")
    private String name = "";

    @Option(
            names = "--code",
            paramLabel = "K+M",
            description =
                    "Data and parity shards of what is larger than one block (default: 10+4, or what fits the nodes).")
    private @Nullable String code;

    @Option(
            names = "--if-revision",
            paramLabel = "N",
            description = "Only when ADDRESS has so many revisions at the end (default: as many as at the beginning).")
    private @Nullable Long expectedRevision;

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description = "Leave files and directories with such names out of a directory; may be repeated.")
    private List<String> exclude = List.of();

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Whose conditions decide who may open (default: default).")
    private String policy = "default";

    @Option(
            names = "--writer",
            paramLabel = "NAME",
            defaultValue = "anybody",
            description = "Who seals, as it will stand in the header (default: anybody).")
    private String writer = "anybody";

    @Option(names = "--hybrid", description = "Also against quantum computers.")
    private boolean hybrid;

    @Option(
            names = {"-r", "--recipient"},
            paramLabel = "AGE1…",
            description = "Further recipients that open it without custodians.")
    private List<String> recipients = List.of();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to wait for enough storage nodes, for instance 5m (default: not at all).")
    private Duration patience = Duration.ZERO;

    @Mixin
    private CustodyOptions key = new CustodyOptions();

    PutVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Address address = Address.parse(name);
        if (!address.isLatest()) {
            throw usage("expected an address with *^, but found " + address.temporal());
        }
        PutSource source = source();
        if (!patience.isZero() && source.place().isEmpty()) {
            throw usage("expected a file with --wait, since what is read from a pipe cannot be read again");
        }
        ExecutorService workers = FleetOptions.workers();
        try (BeaconClient client = session.connect();
                FleetClient peers = FleetOptions.open(session)) {
            KeyRecord record = OrgKeys.toSeal(session, client, key);
            Catalogue catalogue = new Catalogue(client, session.timeout());
            Waiting waiting = new Waiting();
            boolean isPut = false;
            while (!isPut) {
                try {
                    Putting.Wish wish = wish(source, address, catalogue.nodes(), record);
                    peers.know(wish.nodes());
                    print(wish, new Putting(session, client, peers, workers, wish).run());
                    isPut = true;
                } catch (ArtifactException e) {
                    waiting.after(e);
                }
            }
        } finally {
            workers.shutdownNow();
        }
        return 0;
    }

    private Putting.Wish wish(PutSource source, Address address, List<FleetNode> nodes, KeyRecord record) {
        return new Putting.Wish(
                source,
                address,
                nodes,
                CodingChoice.of(wantedCoding(), nodes),
                String.valueOf(code),
                expectedRevision,
                allRecipients(record),
                record.keyId());
    }

    /** For nodes that are expected back. */
    private final class Waiting {
        private static final long BETWEEN_MILLIS = 2_000;

        private final long endNanos = System.nanoTime() + patience.toNanos();
        private String said = "";

        /** Returns when it is time to try again; throws what there was when it is over, or waiting does not help. */
        void after(ArtifactException problem) {
            if (problem.reason() != ArtifactException.Reason.NOT_ENOUGH_NODES
                    || patience.isZero()
                    || System.nanoTime() - endNanos > 0) {
                throw problem;
            }
            String found = String.valueOf(problem.getMessage());
            if (!found.equals(said)) {
                said = found;
                session.console().err().println("beacon: waiting for storage nodes: " + found);
            }
            try {
                Thread.sleep(BETWEEN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw problem;
            }
        }
    }

    private PutSource source() throws IOException {
        return file.toString().equals("-")
                ? PutSource.stream(session.console().in())
                : PutSource.at(session.resolve(file), leftOut());
    }

    /** The home is never put: it changes while something is put, and the keys in it are nobody's business. */
    private Predicate<Path> leftOut() throws IOException {
        Optional<Path> home = Profile.home(session.environment(), session.directory());
        Path own = home.isPresent() && Files.exists(home.get()) ? home.get().toRealPath() : null;
        List<PathMatcher> patterns = exclude.stream()
                .map(pattern -> FileSystems.getDefault().getPathMatcher("glob:" + pattern))
                .toList();
        return path -> {
            Path name = path.getFileName();
            return path.equals(own) || (name != null && patterns.stream().anyMatch(each -> each.matches(name)));
        };
    }

    private @Nullable Coding wantedCoding() {
        try {
            return code == null ? null : Coding.parse(code);
        } catch (IllegalArgumentException e) {
            throw usage("--code: " + e.getMessage());
        }
    }

    private CommandLine.ParameterException usage(String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }

    private List<Recipient> allRecipients(KeyRecord record) {
        List<Recipient> all = new ArrayList<>();
        all.add(new OrgRecipient(record, writer, policy, hybrid));
        recipients.forEach(text -> all.add(CustodianVerb.recipient(text)));
        return all;
    }

    private void print(Putting.Wish wish, Putting.Done done) {
        PayloadPlacer.Placed placed = done.placed();
        Manifest manifest = placed.manifest();
        List<String> shortfalls =
                new ArrayList<>(wish.choice().shortfall().stream().toList());
        shortfalls.addAll(placed.shortfalls());
        shortfalls.forEach(text -> session.console().err().println("beacon: SHORTFALL: " + text));
        JsonObject result = new JsonObject();
        result.addProperty("address", wish.address().toString());
        result.addProperty("revision", done.revision());
        result.addProperty("sequence", done.sequence());
        result.addProperty("manifest", placed.pin().manifest().toString());
        result.addProperty("bytes", done.plainBytes());
        wish.source().tally().ifPresent(tally -> {
            result.addProperty("files", tally.files());
            result.addProperty("directories", tally.directories());
            result.addProperty("links", tally.links());
        });
        result.addProperty("sealed_bytes", manifest.sealedBytes());
        result.addProperty("resumed_bytes", done.resumedBytes());
        result.addProperty("coding", manifest.groups().get(0).coding().toString());
        result.addProperty("groups", manifest.groups().size());
        result.addProperty(
                "nodes",
                placed.pin().groups().stream()
                        .flatMap(group -> group.columns().stream())
                        .filter(Optional::isPresent)
                        .distinct()
                        .count());
        JsonArray missing = new JsonArray();
        shortfalls.forEach(missing::add);
        result.add("shortfalls", missing);
        session.output().object(result);
    }
}

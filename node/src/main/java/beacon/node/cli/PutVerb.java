package beacon.node.cli;

import beacon.dht.artifact.Coding;
import beacon.dht.artifact.Manifest;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.PayloadWriter;
import beacon.keys.envelope.Recipient;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.records.KeyRecord;
import beacon.keys.vault.SystemEntropy;
import beacon.model.Address;
import beacon.model.Reason;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.CodingChoice;
import beacon.node.artifacts.FleetClient;
import beacon.node.artifacts.FleetNode;
import beacon.node.artifacts.PayloadPlacer;
import beacon.node.artifacts.Publication;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.ResolveRequest;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
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
            "Seal FILE to the organisation, place it on storage nodes, and let ADDRESS point at it.",
            "When this ends with 0 the file is on their disks and the log knows it. \"-\" is standard input."
        })
final class PutVerb implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int SEED_BYTES = 16;

    private final Session session;
    private final SystemEntropy entropy = new SystemEntropy();

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
        ExecutorService workers = FleetOptions.workers();
        try (InputStream in = open();
                BeaconClient client = session.connect();
                FleetClient peers = FleetOptions.open(session)) {
            long revision = expectedRevision == null ? revisionOf(client, address) : expectedRevision;
            KeyRecord record = OrgKeys.toSeal(session, client, key);
            List<FleetNode> nodes = new Catalogue(client, session.timeout()).nodes();
            peers.know(nodes);
            CodingChoice choice = CodingChoice.of(wantedCoding(), nodes);
            try (FileKey fileKey = FileKey.generate(entropy)) {
                Header header = Header.wrap(fileKey, allRecipients(record), entropy);
                Stored stored = place(peers, in, fileKey, nodes, choice, workers);
                Accepted accepted = Publication.append(
                        client, address, revision, stored.placed().pin(), header, record.keyId());
                print(address, stored, choice, accepted);
            }
        } finally {
            workers.shutdownNow();
        }
        return 0;
    }

    private InputStream open() throws IOException {
        return file.toString().equals("-") ? session.console().in() : Files.newInputStream(session.resolve(file));
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

    /** How many revisions the address has now; 0 when there is none. */
    private static long revisionOf(BeaconClient client, Address address) {
        try {
            return BeaconClient.await(client.resolve(ResolveRequest.newBuilder()
                            .setAddress(address.toString())
                            .build()))
                    .getPointer()
                    .getRevision();
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.UNKNOWN_ADDRESS) {
                return e.refusal().currentRevision();
            }
            throw e;
        }
    }

    private record Stored(PayloadPlacer.Placed placed, long plainBytes) {}

    private Stored place(
            FleetClient peers,
            InputStream in,
            FileKey fileKey,
            List<FleetNode> nodes,
            CodingChoice choice,
            ExecutorService workers)
            throws IOException {
        Progress progress = new Progress(session.console(), "storing");
        PayloadPlacer.Settings settings = new PayloadPlacer.Settings(
                nodes,
                choice.coding(),
                choice.cellBytes(),
                ByteString.copyFrom(entropy.bytes(SEED_BYTES)),
                workers,
                bytes -> progress.at((bytes >> 20) + " MiB"));
        try (PayloadPlacer placer = new PayloadPlacer(peers, settings)) {
            PayloadWriter writing = new PayloadWriter(fileKey, entropy, placer);
            byte[] buffer = new byte[BUFFER_BYTES];
            long total = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                writing.write(buffer, 0, count);
                total += count;
            }
            writing.finish();
            return new Stored(placer.finish(writing.nonce()), total);
        } finally {
            progress.end();
        }
    }

    private void print(Address address, Stored stored, CodingChoice choice, Accepted accepted) {
        PayloadPlacer.Placed placed = stored.placed();
        Manifest manifest = placed.manifest();
        List<String> shortfalls = new ArrayList<>(choice.shortfall().stream().toList());
        shortfalls.addAll(placed.shortfalls());
        shortfalls.forEach(text -> session.console().err().println("beacon: SHORTFALL: " + text));
        JsonObject result = new JsonObject();
        result.addProperty("address", address.toString());
        result.addProperty("revision", accepted.getRevisions(accepted.getRevisionsCount() - 1));
        result.addProperty("sequence", accepted.getFirstSequence() + accepted.getCount() - 1);
        result.addProperty("manifest", placed.pin().manifest().toString());
        result.addProperty("bytes", stored.plainBytes());
        result.addProperty("sealed_bytes", manifest.sealedBytes());
        result.addProperty("coding", manifest.groups().get(0).coding().toString());
        result.addProperty("groups", manifest.groups().size());
        result.addProperty(
                "nodes",
                placed.pin().groups().stream()
                        .flatMap(group -> group.columns().stream())
                        .filter(java.util.Optional::isPresent)
                        .distinct()
                        .count());
        JsonArray missing = new JsonArray();
        shortfalls.forEach(missing::add);
        result.add("shortfalls", missing);
        session.output().object(result);
    }
}

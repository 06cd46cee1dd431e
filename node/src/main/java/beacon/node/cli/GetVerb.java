package beacon.node.cli;

import beacon.dht.artifact.Manifest;
import beacon.index.client.BeaconClient;
import beacon.keys.client.Channels;
import beacon.keys.client.CustodianIdentity;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.HybridIdentity;
import beacon.keys.envelope.Identity;
import beacon.keys.envelope.PayloadReader;
import beacon.keys.envelope.PayloadView;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.vault.SystemEntropy;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException;
import beacon.node.artifacts.ArtifactReader;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.FleetClient;
import beacon.node.artifacts.PayloadStream;
import beacon.node.artifacts.Pin;
import beacon.node.artifacts.RangeSource;
import beacon.node.custody.KeyLog;
import beacon.node.tree.TreeTally;
import beacon.proto.v1.ResolveRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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

/** {@code beacon get}: a file by its name. */
@Command(
        name = "get",
        description = {
            "Fetch what ADDRESS points at from storage nodes, and open it with the help of the custodians.",
            "Any m of k+m columns may be gone. The temporal part of ADDRESS says which revision."
        })
final class GetVerb implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 18;

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "ADDRESS")
    private String name = "";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = {
                "Where to (default: standard output). Of a directory: a directory that is not there yet, or empty;",
                "on standard output it is a tar archive."
            })
    private @Nullable Path out;

    @Option(names = "--archive", description = "Of a directory, the tar archive that it is stored as.")
    private boolean archive;

    @Option(
            names = "--range",
            paramLabel = "A-B",
            description = "Only the bytes from A to B, both included, counted from 0; \"A-\" is from A to the end.")
    private @Nullable String range;

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "Open with an age identity of a further recipient instead of asking custodians.")
    private @Nullable Path identityFile;

    @Mixin
    private CustodyOptions key = new CustodyOptions();

    @Mixin
    private ReaderOptions reader = new ReaderOptions();

    GetVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        ByteRange wanted = range == null ? null : range(range);
        ExecutorService workers = FleetOptions.workers();
        try (BeaconClient client = session.connect();
                FleetClient peers = FleetOptions.open(session)) {
            Cid manifest = Cid.of(BeaconClient.await(client.resolve(
                            ResolveRequest.newBuilder().setAddress(name).build()))
                    .getPointer()
                    .getCid());
            Catalogue catalogue = new Catalogue(client, session.timeout());
            Pin pin = catalogue
                    .pin(manifest)
                    .orElseThrow(() -> new ArtifactException(
                            ArtifactException.Reason.NOT_PINNED,
                            "expected a pin of " + manifest + ", but found none: the name was not set by put"));
            KeyLog.Found found = new KeyLog(client)
                    .header(manifest)
                    .orElseThrow(() -> new Failure("NO_HEADER", "expected a header of " + manifest + " on the log"));
            peers.know(catalogue.nodes());
            ArtifactReader artifact = ArtifactReader.open(peers, pin, workers);
            String content = artifact.manifest().content();
            boolean isTree = content.equals(Manifest.TREE);
            if (!isTree && !archive && !content.equals(Manifest.BYTES)) {
                throw new Failure(
                        "UNKNOWN_CONTENT",
                        "expected a file or a directory, but found \"" + content + '"',
                        "use a newer beacon, or take the bytes as they are with --archive",
                        null);
            }
            Path directory =
                    isTree && !archive && wanted == null && out != null ? OutputTree.place(session, out) : null;
            try (FileKey fileKey = unwrap(client, found)) {
                if (directory != null) {
                    tree(artifact, fileKey, directory);
                } else {
                    SealVerb.OutputFile.write(session, out, target -> write(artifact, fileKey, wanted, target));
                }
            }
        } finally {
            workers.shutdownNow();
        }
        return 0;
    }

    private FileKey unwrap(BeaconClient client, KeyLog.Found found) throws IOException {
        Header header = found.header();
        if (identityFile != null) {
            return header.unwrap(List.of(identity(session.resolve(identityFile))));
        }
        try (Channels channels = CustodyOptions.channels(session)) {
            CustodianIdentity custodians = new CustodianIdentity(
                    OrgKeys.toOpen(session, client, key, found.keyId()),
                    reader.reader(session),
                    channels,
                    session.clock(),
                    new SystemEntropy());
            FileKey fileKey = header.unwrap(List.of(custodians));
            custodians
                    .liars()
                    .forEach(liar -> session.console()
                            .err()
                            .println("beacon: custodian " + liar + " gave an answer that does not verify"));
            return fileKey;
        }
    }

    private static Identity identity(Path file) throws IOException {
        String text = Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .findFirst()
                .orElseThrow(() -> new Failure("USAGE", "expected an identity in " + file + ", but found none"));
        return text.toUpperCase(Locale.ROOT).startsWith("AGE-SECRET-KEY-PQ-")
                ? HybridIdentity.parse(text)
                : X25519Identity.parse(text);
    }

    private void write(ArtifactReader artifact, FileKey fileKey, @Nullable ByteRange wanted, OutputStream target)
            throws IOException {
        byte[] nonce = artifact.manifest().nonce().toByteArray();
        Progress progress = new Progress(session.console(), "fetching");
        try {
            if (wanted == null) {
                try (PayloadReader plain = new PayloadReader(fileKey, nonce, new PayloadStream(artifact))) {
                    byte[] buffer = new byte[BUFFER_BYTES];
                    long total = 0;
                    for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
                        target.write(buffer, 0, count);
                        total += count;
                        progress.at(
                                (total >> 20) + " of " + (artifact.manifest().sealedBytes() >> 20) + " MiB");
                    }
                }
            } else {
                writeRange(new PayloadView(fileKey, nonce, new RangeSource(artifact)), wanted, target);
            }
        } finally {
            progress.end();
        }
    }

    private void tree(ArtifactReader artifact, FileKey fileKey, Path directory) throws IOException {
        Progress progress = new Progress(session.console(), "fetching");
        byte[] nonce = artifact.manifest().nonce().toByteArray();
        try (PayloadReader plain = new PayloadReader(fileKey, nonce, new PayloadStream(artifact))) {
            long all = artifact.manifest().sealedBytes() >> 20;
            TreeTally tally =
                    OutputTree.write(plain, directory, bytes -> progress.at((bytes >> 20) + " of " + all + " MiB"));
            progress.end();
            session.console()
                    .err()
                    .printf(
                            "beacon: %d files, %d directories and %d links in %s%n",
                            tally.files(), tally.directories(), tally.links(), directory);
        } finally {
            progress.end();
        }
    }

    private void writeRange(PayloadView view, ByteRange wanted, OutputStream target) throws IOException {
        long size = view.verifiedSizeBytes();
        if (wanted.first() >= size) {
            throw new Failure(
                    "BEYOND_END", "expected a range that begins below %d, but found %s".formatted(size, range));
        }
        long end = Math.min(size, wanted.last() == Long.MAX_VALUE ? size : wanted.last() + 1);
        for (long at = wanted.first(); at < end; ) {
            int part = (int) Math.min(end - at, BUFFER_BYTES);
            target.write(view.read(at, part));
            at += part;
        }
    }

    /** Both included. */
    private record ByteRange(long first, long last) {}

    private ByteRange range(String text) {
        int dash = text.indexOf('-');
        try {
            long first = Long.parseLong(text.substring(0, Math.max(0, dash)));
            String end = text.substring(dash + 1);
            long last = end.isEmpty() ? Long.MAX_VALUE : Long.parseLong(end);
            if (last >= first && first >= 0) {
                return new ByteRange(first, last);
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new CommandLine.ParameterException(
                spec.commandLine(), "expected --range A-B with A not above B, but found \"" + text + '"');
    }
}

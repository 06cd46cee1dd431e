package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Cid;
import beacon.node.ca.CertificateFacts;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon dr}: decision records. */
@Command(name = "dr", description = "Append decision records.")
final class DrVerb implements Runnable {
    private static final int MAX_PAYLOAD_BYTES = 61_440;

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    DrVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw usage("expected add");
    }

    /** What a record says beside its address and its text. */
    static final class Details {
        @Option(names = "--id", required = true, description = "Label of the record, chosen by its author.")
        private String id = "";

        @Option(names = "--author", description = "Default: the name in the certificate.")
        private @Nullable String author;

        @Option(names = "--media-type", description = "Default: text/plain.")
        private String mediaType = "text/plain";

        @Option(names = "--supersedes", paramLabel = "SEQUENCE", description = "The record this one replaces.")
        private long supersedes;

        @Option(names = "--cites", paramLabel = "SEQUENCE", split = ",", description = "Events this one relies on.")
        private List<Long> citations = List.of();

        @Option(names = "--file", paramLabel = "FILE", description = "Take the payload from a file; - is stdin.")
        private @Nullable Path file;

        @Option(
                names = "--payload-cid",
                paramLabel = "CID",
                description = "Where a payload is that is too large for the log.")
        private @Nullable String cid;
    }

    @Command(name = "add", description = "Record a decision about an address.")
    void add(
            @Parameters(index = "0", paramLabel = "ADDRESS") String address,
            @Parameters(index = "1", arity = "0..1", paramLabel = "TEXT", description = "The payload itself.") @Nullable
                    String text,
            @Mixin Details details) {
        DecisionRecorded.Builder record = DecisionRecorded.newBuilder()
                .setId(details.id)
                .setAddress(address)
                .setAuthor(details.author == null ? ownName() : details.author)
                .setSupersedes(details.supersedes)
                .addAllCitations(details.citations)
                .setMediaType(details.mediaType);
        fill(record, text, details);
        try (BeaconClient client = session.connect()) {
            Event event = Event.newBuilder().setDecisionRecorded(record).build();
            AppendResults.print(session, client, client.request(List.of(event), List.of()));
        }
    }

    private void fill(DecisionRecorded.Builder record, @Nullable String text, Details details) {
        int given = (text == null ? 0 : 1) + (details.file == null ? 0 : 1) + (details.cid == null ? 0 : 1);
        if (given != 1) {
            throw usage("expected one of TEXT, --file and --payload-cid, but found " + given);
        }
        if (details.cid != null) {
            record.setPayloadCid(Cid.parse(details.cid).bytes());
        } else if (text != null) {
            record.setPayload(ByteString.copyFromUtf8(text));
        } else if (details.file != null) {
            record.setPayload(payload(details.file));
        }
    }

    private ByteString payload(Path file) {
        try (InputStream in =
                file.toString().equals("-") ? session.console().in() : Files.newInputStream(session.resolve(file))) {
            byte[] bytes = in.readNBytes(MAX_PAYLOAD_BYTES + 1);
            if (bytes.length > MAX_PAYLOAD_BYTES) {
                throw new Failure(
                        "PAYLOAD_TOO_LARGE",
                        "expected a payload of at most " + MAX_PAYLOAD_BYTES + " bytes, but found more",
                        "store it as a block and give its CID with --payload-cid",
                        null);
            }
            return ByteString.copyFrom(bytes);
        } catch (IOException e) {
            throw Failures.of(e);
        }
    }

    private String ownName() {
        return CertificateFacts.read(session.profile().tls().certificate())
                .identity()
                .map(PeerIdentity::actor)
                .orElseThrow(
                        () -> new Failure("NO_AUTHOR", "expected --author, or a certificate with a Beacon identity"));
    }

    private CommandLine.ParameterException usage(String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }
}

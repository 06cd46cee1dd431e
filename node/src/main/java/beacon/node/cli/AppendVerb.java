package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Cid;
import beacon.node.json.EventJson;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.PointerSet;
import beacon.proto.v1.Precondition;
import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon append}: a pointer, or events from JSON lines. */
@Command(
        name = "append",
        description = "Let an address point at a CID; or append events from JSON lines, one append for each line.")
final class AppendVerb implements Runnable {
    private static final int MAX_EVENTS_AT_ONCE = 256;

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "ADDRESS")
    private @Nullable String address;

    @Parameters(index = "1", arity = "0..1", paramLabel = "CID")
    private @Nullable String cid;

    @Option(
            names = "--expect-revision",
            paramLabel = "N",
            description = "Only if the address has exactly N revisions; 0: only if it is new.")
    private @Nullable Long expectedRevision;

    @Option(
            names = "--request-id",
            paramLabel = "HEX",
            description = "16 bytes; the same id with the same content gets the same answer.")
    private @Nullable String requestId;

    @Option(
            names = "--events",
            paramLabel = "FILE",
            description = "JSON lines {\"type\": …, \"event\": {…}}; - is stdin.")
    private @Nullable Path events;

    @Option(names = "--atomic", description = "All lines in one append: all become history, or none does.")
    private boolean atomic;

    AppendVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if ((events == null) == (address == null) || (address == null) != (cid == null)) {
            throw usage("expected either ADDRESS and CID, or --events FILE");
        }
        if (events != null && (expectedRevision != null || (requestId != null && !atomic))) {
            throw usage("expected --expect-revision and --request-id with ADDRESS and CID only");
        }
        try (BeaconClient client = session.connect()) {
            if (events != null) {
                appendLines(client, events);
            } else if (address != null && cid != null) {
                appendPointer(client, address, cid);
            }
        } catch (IOException e) {
            throw Failures.of(e);
        }
    }

    private void appendPointer(BeaconClient client, String target, String content) {
        Event event = Event.newBuilder()
                .setPointerSet(PointerSet.newBuilder()
                        .setAddress(target)
                        .setCid(Cid.parse(content).bytes()))
                .build();
        List<Precondition> preconditions = expectedRevision == null
                ? List.of()
                : List.of(Precondition.newBuilder()
                        .setAddress(target)
                        .setExpectedRevision(expectedRevision)
                        .build());
        AppendResults.print(session, client, withId(client.request(List.of(event), preconditions)));
    }

    private void appendLines(BeaconClient client, Path file) throws IOException {
        try (BufferedReader lines = open(file)) {
            if (atomic) {
                List<Event> all = new ArrayList<>();
                for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.isBlank()) {
                        all.add(EventJson.parse(line));
                    }
                    if (all.size() > MAX_EVENTS_AT_ONCE) {
                        throw new Failure(
                                "BATCH_TOO_LARGE", "expected at most " + MAX_EVENTS_AT_ONCE + " events in one append");
                    }
                }
                AppendResults.print(session, client, withId(client.request(all, List.of())));
            } else {
                AppendResults.stream(session, client, lines);
            }
        }
    }

    private BufferedReader open(Path file) throws IOException {
        InputStream in =
                file.toString().equals("-") ? session.console().in() : Files.newInputStream(session.resolve(file));
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    private AppendRequest withId(AppendRequest request) {
        if (requestId == null) {
            return request;
        }
        try {
            return request.toBuilder()
                    .setRequestId(ByteString.copyFrom(HexFormat.of().parseHex(requestId)))
                    .build();
        } catch (IllegalArgumentException e) {
            throw usage("expected --request-id in hexadecimal, but found \"" + requestId + "\"");
        }
    }

    private CommandLine.ParameterException usage(String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }
}

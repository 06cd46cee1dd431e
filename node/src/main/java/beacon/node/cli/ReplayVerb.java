package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.EventCursor;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.ReplayRequest;
import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code beacon replay}: a range of history. */
@Command(name = "replay", description = "Print history, or a range of it, oldest first.")
final class ReplayVerb implements Runnable {
    private final Session session;

    @Option(names = "--from", paramLabel = "SEQUENCE", description = "First sequence (default: 1).")
    private long from = 1;

    @Option(names = "--to", paramLabel = "SEQUENCE", description = "Last sequence (default: the end of the log).")
    private long to;

    @Mixin
    private FilterOptions filter = new FilterOptions();

    ReplayVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Output output = session.output();
        ReplayRequest request = ReplayRequest.newBuilder()
                .setFirstSequence(from)
                .setLastSequence(to)
                .setFilter(filter.filter())
                .build();
        try (BeaconClient client = session.connect();
                EventCursor cursor = client.replay(request)) {
            for (@Nullable EventFrame frame = cursor.next(); frame != null; frame = cursor.next()) {
                for (ByteString event : frame.getEventsList()) {
                    EventLine.print(output, event);
                }
                output.requireReader();
            }
        }
    }
}

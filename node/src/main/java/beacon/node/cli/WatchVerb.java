package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.ResumingWatch;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.WatchRequest;
import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code beacon watch}: what happens, as it happens. */
@Command(name = "watch", description = "Print events as they happen, until stopped.")
final class WatchVerb implements Runnable {
    private final Session session;

    @Option(
            names = "--from",
            paramLabel = "SEQUENCE",
            description = "Begin with this sequence (default: what comes now).")
    private long from;

    @Option(names = "--count", paramLabel = "N", description = "End after so many events.")
    private long count = Long.MAX_VALUE;

    @Mixin
    private FilterOptions filter = new FilterOptions();

    WatchVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Output output = session.output();
        WatchRequest request = WatchRequest.newBuilder()
                .setFirstSequence(from)
                .setFilter(filter.filter())
                .build();
        long left = count;
        try (BeaconClient client = session.connect();
                ResumingWatch watch = client.watch(request)) {
            while (left > 0) {
                @Nullable EventFrame frame = watch.next();
                if (frame == null) {
                    return;
                }
                for (ByteString event : frame.getEventsList()) {
                    if (left-- > 0) {
                        EventLine.print(output, event);
                    }
                }
                output.requireReader();
            }
        }
    }
}

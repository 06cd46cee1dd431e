package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.proto.v1.HistoryReply;
import beacon.proto.v1.HistoryRequest;
import com.google.protobuf.ByteString;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code beacon history}: what happened to one address. */
@Command(name = "history", description = "Print the events about one address, newest first.")
final class HistoryVerb implements Runnable {
    private static final int MAX_PAGE = 100;

    private final Session session;

    @Parameters(paramLabel = "ADDRESS")
    private String address = "";

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: 1000).")
    private int limit = 1_000;

    @Mixin
    private ReadOptions read = new ReadOptions();

    HistoryVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Output output = session.output();
        int left = limit;
        try (BeaconClient client = session.connect()) {
            HistoryRequest.Builder request =
                    HistoryRequest.newBuilder().setAddress(address).setConsistency(read.consistency());
            HistoryReply reply;
            do {
                request.setPageSize(Math.min(MAX_PAGE, left));
                reply = BeaconClient.await(client.history(request.build()));
                for (ByteString event : reply.getEventsList()) {
                    EventLine.print(output, event);
                }
                left -= reply.getEventsCount();
                request.setPageToken(reply.getNextPageToken());
            } while (!reply.getNextPageToken().isEmpty() && left > 0);
        }
    }
}

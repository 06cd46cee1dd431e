package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Address;
import beacon.proto.v1.ListReply;
import beacon.proto.v1.ListRequest;
import beacon.proto.v1.Pointer;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code beacon ls}: addresses under a prefix. */
@Command(name = "ls", description = "List addresses that begin with PREFIX, and what they point at.")
final class LsVerb implements Runnable {
    private static final int MAX_PAGE = 1_000;

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "Beginning of an address; all when left out.")
    private String prefix = "";

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: 1000).")
    private int limit = MAX_PAGE;

    @Mixin
    private MomentOptions moment = new MomentOptions();

    LsVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        List<JsonObject> rows = new ArrayList<>();
        try (BeaconClient client = session.connect()) {
            ListRequest.Builder request = ListRequest.newBuilder()
                    .setPrefix(Address.keyPrefix(prefix))
                    .setAsOfSequence(moment.sequence(session))
                    .setConsistency(moment.consistency());
            ListReply reply;
            do {
                request.setPageSize(Math.min(MAX_PAGE, limit - rows.size()));
                reply = BeaconClient.await(client.list(request.build()));
                for (Pointer pointer : reply.getPointersList()) {
                    rows.add(PointerRow.json(pointer));
                }
                request.setPageToken(reply.getNextPageToken());
            } while (!reply.getNextPageToken().isEmpty() && rows.size() < limit);
        }
        session.output().rows(PointerRow.COLUMNS, rows);
    }
}

package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Address;
import beacon.proto.v1.ListReply;
import beacon.proto.v1.ListRequest;
import beacon.proto.v1.Pointer;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon search}: addresses by pattern. */
@Command(
        name = "search",
        description = {
            "Find addresses by PATTERN, agent:role@project:task/path, and show what they point at.",
            "\"any\" or * is every name, a * at the end of a name or of the path whatever follows; what is left out is"
                    + " any.",
            "Pins, headers and keys of the cluster itself are shown when PATTERN names their agent.",
            "What stands before the first any or * is looked up; the rest is looked through, a page at a time."
        })
final class SearchVerb implements Runnable {
    private static final int MAX_PAGE = 1_000;

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PATTERN", description = "All when left out.")
    private String text = "";

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: 1000).")
    private int limit = MAX_PAGE;

    @Option(names = "--after", paramLabel = "ADDRESS", description = "Only those behind this one: the next page.")
    private @Nullable String after;

    @Mixin
    private MomentOptions moment = new MomentOptions();

    SearchVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        AddressPattern pattern = pattern();
        if (limit < 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "expected --limit of 1 or more");
        }
        String behind = after == null ? "" : Address.parse(after).key();
        List<JsonObject> rows = new ArrayList<>();
        boolean more = false;
        try (BeaconClient client = session.connect()) {
            ListRequest.Builder request = ListRequest.newBuilder()
                    .setPrefix(pattern.keyPrefix())
                    .setPageSize(MAX_PAGE)
                    .setAsOfSequence(moment.sequence(session))
                    .setConsistency(moment.consistency());
            ListReply reply;
            do {
                reply = BeaconClient.await(client.list(request.build()));
                for (Pointer pointer : reply.getPointersList()) {
                    if (isWanted(pattern, Address.parse(pointer.getAddress()), behind)) {
                        more = rows.size() == limit;
                        if (more) {
                            break;
                        }
                        rows.add(PointerRow.json(pointer));
                    }
                }
                request.setPageToken(reply.getNextPageToken());
            } while (!reply.getNextPageToken().isEmpty() && !more);
        }
        session.output().rows(PointerRow.COLUMNS, rows);
        if (more) {
            session.console()
                    .err()
                    .println("beacon: more follow: --after '"
                            + rows.get(rows.size() - 1).get("address").getAsString() + "'");
        }
    }

    private AddressPattern pattern() {
        try {
            return AddressPattern.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private static boolean isWanted(AddressPattern pattern, Address address, String behind) {
        return address.key().compareTo(behind) > 0
                && pattern.matches(address)
                && (pattern.asksForAgent() || !AddressPattern.isInternal(address));
    }
}

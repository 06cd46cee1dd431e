package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.proto.v1.ResolveReply;
import beacon.proto.v1.ResolveRequest;
import com.google.gson.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code beacon resolve}: what an address points at, now or then. */
@Command(name = "resolve", description = "Print what an address points at, now or at a moment of the past.")
final class ResolveVerb implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "ADDRESS", description = "UCXL address; its temporal part says when.")
    private String address = "";

    @Option(names = "--as-of", paramLabel = "SEQUENCE", description = "As if the log had ended there.")
    private long asOf;

    @Mixin
    private ReadOptions read = new ReadOptions();

    ResolveVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        ResolveRequest request = ResolveRequest.newBuilder()
                .setAddress(address)
                .setAsOfSequence(asOf)
                .setConsistency(read.consistency())
                .build();
        try (BeaconClient client = session.connect()) {
            ResolveReply reply = BeaconClient.await(client.resolve(request));
            JsonObject result = PointerRow.json(reply.getPointer());
            result.add("read", ReadOptions.json(reply.getPosition()));
            session.output().object(result);
        }
    }
}

package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.proto.v1.ResolveReply;
import beacon.proto.v1.ResolveRequest;
import com.google.gson.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code beacon resolve}: what an address points at, now or then. */
@Command(name = "resolve", description = "Print what an address points at, now or at a moment of the past.")
final class ResolveVerb implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "ADDRESS", description = "UCXL address; its temporal part says when.")
    private String address = "";

    @Mixin
    private MomentOptions moment = new MomentOptions();

    ResolveVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        try (BeaconClient client = session.connect()) {
            ResolveRequest request = ResolveRequest.newBuilder()
                    .setAddress(address)
                    .setAsOfSequence(moment.sequence(session))
                    .setConsistency(moment.consistency())
                    .build();
            ResolveReply reply = BeaconClient.await(client.resolve(request));
            JsonObject result = PointerRow.json(reply.getPointer());
            result.add("read", ReadOptions.json(reply.getPosition()));
            session.output().object(result);
        }
    }
}

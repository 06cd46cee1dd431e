package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Address;
import beacon.model.Cid;
import beacon.node.artifacts.Tombstones;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.Deletion;
import beacon.proto.v1.Event;
import beacon.proto.v1.GetDeletionReply;
import beacon.proto.v1.Pointer;
import beacon.proto.v1.PointerRemoved;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.ResolveRequest;
import beacon.proto.v1.TombstoneProposed;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code beacon rm}: takes a name away, and has the artifact deleted when it was the last one. */
@Command(
        name = "rm",
        description = {
            "Remove ADDRESS; when nothing else points at its artifact, propose to delete that too.",
            "Nothing is deleted before retention has ended, nobody holds it, and three of five designated storage nodes agreed;",
            "then it can still be taken back for a day: beacon tombstone withdraw. Needs an operator, but for --name-only."
        })
final class RmVerb implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "ADDRESS")
    private String name = "";

    @Option(names = "--name-only", description = "Only the name; the artifact stays pinned.")
    private boolean nameOnly;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.", defaultValue = "")
    private String reason = "";

    RmVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Address address = Address.parse(name);
        try (BeaconClient client = session.connect()) {
            Pointer pointer = BeaconClient.await(client.resolve(ResolveRequest.newBuilder()
                            .setAddress(address.toString())
                            .build()))
                    .getPointer();
            Cid manifest = Cid.of(pointer.getCid());
            GetDeletionReply before = new Tombstones(client, session.timeout()).of(manifest);
            boolean last = before.getPinned()
                    && before.getDeletion().getLiveAddressesList().stream().allMatch(pointer.getAddress()::equals)
                    && before.getDeletion().getHoldsCount() == 0
                    && !before.getDeletion().hasTombstone();
            boolean proposes = last && !nameOnly;
            List<Event> events = new ArrayList<>(List.of(Event.newBuilder()
                    .setPointerRemoved(PointerRemoved.newBuilder()
                            .setAddress(pointer.getAddress())
                            .setReason(reason))
                    .build()));
            if (proposes) {
                events.add(Event.newBuilder()
                        .setTombstoneProposed(TombstoneProposed.newBuilder()
                                .setManifestCid(manifest.bytes())
                                .setReason(reason))
                        .build());
            }
            Precondition unchanged = Precondition.newBuilder()
                    .setAddress(pointer.getAddress())
                    .setExpectedRevision(pointer.getRevision())
                    .build();
            Accepted accepted = BeaconClient.await(client.append(events, List.of(unchanged)));
            session.output().object(result(pointer, manifest, accepted, proposes, before.getDeletion()));
        }
    }

    private static JsonObject result(
            Pointer pointer, Cid manifest, Accepted accepted, boolean proposes, Deletion before) {
        JsonObject result = new JsonObject();
        result.addProperty("address", pointer.getAddress());
        result.addProperty("removed_revision", pointer.getRevision());
        result.addProperty("sequence", accepted.getFirstSequence());
        result.addProperty("cid", manifest.toString());
        result.addProperty("tombstone", proposes ? "proposed" : "no");
        if (proposes) {
            result.addProperty("votes_needed", before.getNeeded());
            result.addProperty("retained_until", TombstoneRow.timeOrNull(before.getRetainedUntilUnixMicros()));
        } else {
            long others = before.getLiveAddressesList().stream()
                    .filter(other -> !other.equals(pointer.getAddress()))
                    .count();
            result.addProperty("other_addresses", others);
            result.addProperty("holds", before.getHoldsCount());
        }
        return result;
    }
}

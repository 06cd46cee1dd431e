package beacon.node.artifacts;

import beacon.dht.artifact.Coding;
import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Address;
import beacon.model.Cid;
import beacon.model.PinNames;
import beacon.model.Reason;
import beacon.node.artifacts.Pin.PinnedGroup;
import beacon.proto.v1.Event;
import beacon.proto.v1.HistoryReply;
import beacon.proto.v1.HistoryRequest;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.RecordedEvent;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.ShardMoved;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The catalogue as anybody can read it from the log itself: the history of a pin, and all that nodes said. */
public final class LogCatalogue implements Catalogue {
    private static final int PAGE = 100;

    private final BeaconClient client;
    private final LogFleet fleet;

    public LogCatalogue(BeaconClient client) {
        this.client = client;
        this.fleet = new LogFleet(client);
    }

    @Override
    public List<FleetNode> nodes() {
        fleet.refresh();
        return fleet.nodes();
    }

    @Override
    public Optional<Pin> pin(Cid manifest) {
        List<ShardMoved> moves = new ArrayList<>();
        String token = "";
        do {
            HistoryReply reply = page(manifest, token);
            if (reply == null) {
                return Optional.empty();
            }
            for (ByteString bytes : reply.getEventsList()) {
                Event event = event(bytes);
                switch (event.getBodyCase()) {
                    case PIN_RELEASED -> {
                        return Optional.empty();
                    }
                    case SHARD_MOVED -> moves.add(event.getShardMoved());
                    case PIN_PLACED -> {
                        return Optional.of(pin(manifest, event.getPinPlaced(), moves));
                    }
                    default -> {
                        // Faults and decisions do not say where a column is.
                    }
                }
            }
            token = reply.getNextPageToken();
        } while (!token.isEmpty());
        return Optional.empty();
    }

    /** Newest first; null when nothing was ever said of the pin. */
    private @Nullable HistoryReply page(Cid manifest, String token) {
        try {
            return BeaconClient.await(client.history(HistoryRequest.newBuilder()
                    .setAddress(Address.ofKey(PinNames.pin(manifest)).toString())
                    .setPageSize(PAGE)
                    .setPageToken(token)
                    .build()));
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.UNKNOWN_ADDRESS) {
                return null;
            }
            throw e;
        }
    }

    private static Event event(ByteString recorded) {
        try {
            return RecordedEvent.parseFrom(recorded).getEvent();
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactException(
                    ArtifactException.Reason.MALFORMED, "expected recorded events, but found other bytes", e);
        }
    }

    /** What was placed, with the moves since then, of which the newest comes first. */
    static Pin pin(Cid manifest, PinPlaced placed, List<ShardMoved> moves) {
        List<PinnedGroup> groups = new ArrayList<>();
        for (ShardGroup group : placed.getGroupsList()) {
            List<Optional<PeerId>> columns = new ArrayList<>();
            for (int place : group.getColumnsList()) {
                columns.add(place == 0 ? Optional.empty() : Optional.of(new PeerId(placed.getNodes(place - 1))));
            }
            groups.add(new PinnedGroup(
                    new Coding(group.getDataShards(), group.getParityShards()),
                    group.getBlocks(),
                    group.getColumnBytes(),
                    columns));
        }
        for (int i = moves.size() - 1; i >= 0; i--) {
            ShardMoved move = moves.get(i);
            boolean known = move.getGroup() < groups.size()
                    && move.getColumn() < groups.get(move.getGroup()).columns().size();
            if (known) {
                PinnedGroup group = groups.get(move.getGroup());
                List<Optional<PeerId>> columns = new ArrayList<>(group.columns());
                columns.set(move.getColumn(), Optional.of(new PeerId(move.getNodeId())));
                groups.set(
                        move.getGroup(), new PinnedGroup(group.coding(), group.blocks(), group.columnBytes(), columns));
            }
        }
        return new Pin(manifest, groups);
    }
}

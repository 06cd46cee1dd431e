package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.EventCursor;
import beacon.proto.v1.BeatKind;
import beacon.proto.v1.Event;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.RecordedEvent;
import beacon.proto.v1.ReplayRequest;
import beacon.proto.v1.ShardFaulted;
import beacon.proto.v1.ShardMoved;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the log tells of losses and repairs, in beats of the log. */
final class SoakHistory {
    private final Map<String, Long> events = new TreeMap<>();
    private final Map<String, Long> moves = new TreeMap<>();
    private final Map<List<Object>, Long> faulted = new HashMap<>();
    private final List<Long> beatsToHeal = new ArrayList<>();
    private long faultedBlocks;
    private long bytesRead;
    private long blocksWritten;
    /** Number of the latest beat; those at which nothing was due are not on the log. */
    private long beats;

    private long firstBeat;
    private long reverbs;
    private long lastLossBeat;
    private long lastMoveBeat;
    private long last;
    private final long mendedMicros;
    private long mendedBeat;

    private SoakHistory(Instant mended) {
        this.mendedMicros = ChronoUnit.MICROS.between(Instant.EPOCH, mended);
    }

    /** @param mended when the last fault ended */
    static SoakHistory read(BeaconClient client, Instant mended) throws InvalidProtocolBufferException {
        SoakHistory history = new SoakHistory(mended);
        try (EventCursor cursor = client.replay(ReplayRequest.getDefaultInstance())) {
            for (EventFrame frame = cursor.next(); frame != null; frame = cursor.next()) {
                for (ByteString bytes : frame.getEventsList()) {
                    history.see(RecordedEvent.parseFrom(bytes));
                }
            }
        }
        return history;
    }

    private void see(RecordedEvent recorded) {
        last = recorded.getSequence();
        Event event = recorded.getEvent();
        if (recorded.getTimeUnixMicros() < mendedMicros) {
            mendedBeat = beats;
        }
        events.merge(event.getBodyCase().name().toLowerCase(java.util.Locale.ROOT), 1L, Long::sum);
        switch (event.getBodyCase()) {
            case BEAT_STRUCK -> {
                beats = event.getBeatStruck().getBeatIndex();
                firstBeat = firstBeat == 0 ? beats : firstBeat;
                reverbs += event.getBeatStruck().getKind() == BeatKind.BEAT_KIND_REVERB ? 1 : 0;
            }
            case SHARD_MOVED -> moved(event.getShardMoved());
            case SHARD_FAULTED -> faulted(event.getShardFaulted());
            case NODE_WENT_DOWN -> lastLossBeat = beats;
            default -> {
                // Counted above.
            }
        }
    }

    private void moved(ShardMoved move) {
        String cause = move.getCause().name().substring("MOVE_CAUSE_".length());
        moves.merge(cause.toLowerCase(java.util.Locale.ROOT), 1L, Long::sum);
        bytesRead += move.getBytesRead();
        blocksWritten += move.getBlocksWritten();
        lastMoveBeat = beats;
        Long since = faulted.remove(List.<Object>of(move.getManifestCid(), move.getGroup(), move.getColumn()));
        if (since != null) {
            beatsToHeal.add(beats - since);
        }
    }

    private void faulted(ShardFaulted fault) {
        lastLossBeat = beats;
        faulted.putIfAbsent(List.<Object>of(fault.getManifestCid(), fault.getGroup(), fault.getColumn()), beats);
        faultedBlocks += fault.getBlocksCount();
    }

    /** Beats from when a loss was last seen until the last repair; 0 when none came after it. */
    private long beatsOfRepair() {
        return Math.max(0, lastMoveBeat - lastLossBeat);
    }

    /** Beats from the end of the last fault until the last repair; 0 when none came after it. */
    long beatsToWhole() {
        return Math.max(0, lastMoveBeat - mendedBeat);
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("events", last);
        json.addProperty("beats", beats - firstBeat);
        json.addProperty("reverbs", reverbs);
        JsonObject counts = new JsonObject();
        events.forEach(counts::addProperty);
        json.add("events_by_type", counts);
        JsonObject causes = new JsonObject();
        moves.forEach(causes::addProperty);
        json.add("repairs_by_cause", causes);
        json.addProperty("repair_bytes_read", bytesRead);
        json.addProperty("repair_blocks_written", blocksWritten);
        json.addProperty("faulted_blocks", faultedBlocks);
        json.addProperty("faulted_columns_healed", beatsToHeal.size());
        Collections.sort(beatsToHeal);
        if (!beatsToHeal.isEmpty()) {
            json.addProperty("beats_from_fault_to_repair_median", beatsToHeal.get(beatsToHeal.size() / 2));
            json.addProperty("beats_from_fault_to_repair_most", beatsToHeal.get(beatsToHeal.size() - 1));
        }
        json.addProperty("beats_from_last_loss_seen_to_last_repair", beatsOfRepair());
        json.addProperty("beats_from_last_fault_to_last_repair", beatsToWhole());
        return json;
    }
}

package beacon.node.steward;

import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.index.log.AppendResult;
import beacon.model.Address;
import beacon.model.Cid;
import beacon.model.Event.MoveCause;
import beacon.model.PinNames;
import beacon.node.artifacts.ArtifactException;
import beacon.node.artifacts.ColumnRepair;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.ShardMoved;
import beacon.steward.Intent;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the intents about one artifact, one after the other, each under the revision that the one before it left. An
 * outcome that finds another revision is dropped: somebody else was faster, and the next decision knows better.
 */
final class Heals {
    private static final Logger LOG = LoggerFactory.getLogger(Heals.class);

    private final ColumnRepair repair;
    private final LeaderLog log;
    private final Counts counts;

    /** What was done since the process began. */
    record Counts(AtomicLong healed, AtomicLong failed, AtomicLong bytesRead, AtomicLong blocksWritten) {
        Counts() {
            this(new AtomicLong(), new AtomicLong(), new AtomicLong(), new AtomicLong());
        }
    }

    Heals(ColumnRepair repair, LeaderLog log, Counts counts) {
        this.repair = repair;
        this.log = log;
        this.counts = counts;
    }

    /**
     * Carries out.
     *
     * @param intents of one artifact, the most endangered group first
     * @param manifestNodes where copies of its manifest are
     * @param beatSequence of the beat that they were decided on
     */
    void carryOut(List<Intent> intents, List<PeerId> manifestNodes, long beatSequence) throws InterruptedException {
        long revision = intents.get(0).revision();
        for (Intent intent : intents) {
            if (!log.leads() || Thread.currentThread().isInterrupted()) {
                return;
            }
            ColumnRepair.Done done;
            try {
                done = repair.run(task(intent, manifestNodes));
            } catch (ArtifactException | WireException | CancellationException e) {
                counts.failed().incrementAndGet();
                LOG.info(
                        "heal_failed manifest={} group={} column={} cause=\"{}\"",
                        Cid.of(intent.group().manifest()),
                        intent.group().group(),
                        intent.column(),
                        e.getMessage());
                continue;
            }
            counts.bytesRead().addAndGet(done.bytesRead());
            counts.blocksWritten().addAndGet(done.blocksWritten());
            AppendResult result = log.append(outcome(intent, done, revision, beatSequence));
            if (!(result instanceof AppendResult.Accepted)) {
                LOG.info(
                        "heal_not_recorded manifest={} cause=\"{}\"",
                        Cid.of(intent.group().manifest()),
                        result);
                return;
            }
            revision++;
            counts.healed().incrementAndGet();
        }
    }

    private static ColumnRepair.Task task(Intent intent, List<PeerId> manifestNodes) {
        Map<Integer, PeerId> whole = new LinkedHashMap<>();
        intent.sources().whole().forEach((column, node) -> whole.put(column, new PeerId(node.bytes())));
        return new ColumnRepair.Task(
                Cid.of(intent.group().manifest()),
                intent.group().group(),
                intent.column(),
                whole,
                manifestNodes,
                new PeerId(intent.target().bytes()));
    }

    private static AppendRequest.Builder outcome(
            Intent intent, ColumnRepair.Done done, long revision, long beatSequence) {
        String address =
                Address.ofKey(PinNames.pin(Cid.of(intent.group().manifest()))).toString();
        return AppendRequest.newBuilder()
                .addPreconditions(Precondition.newBuilder().setAddress(address).setExpectedRevision(revision))
                .addEvents(Event.newBuilder()
                        .setShardMoved(ShardMoved.newBuilder()
                                .setManifestCid(intent.group().manifest())
                                .setGroup(intent.group().group())
                                .setColumn(intent.column())
                                .setNodeId(intent.target().bytes())
                                .setCause(cause(intent.cause()))
                                .setBeatSequence(beatSequence)
                                .setBlocksWritten(done.blocksWritten())
                                .setBytesRead(done.bytesRead())))
                .addEvents(Event.newBuilder().setDecisionRecorded(record(intent, done, address, beatSequence)));
    }

    /** Why, for people: what was missing, what was done, by which rule, on which beat. */
    private static DecisionRecorded.Builder record(
            Intent intent, ColumnRepair.Done done, String address, long beatSequence) {
        JsonObject said = new JsonObject();
        said.addProperty("rule", "steward." + intent.cause().name().toLowerCase(java.util.Locale.ROOT));
        said.addProperty("group", intent.group().group());
        said.addProperty("column", intent.column());
        said.addProperty("columns_whole", intent.sources().whole().size());
        said.addProperty("columns_needed", intent.sources().dataShards());
        said.addProperty("node", intent.target().toString());
        said.addProperty("blocks_written", done.blocksWritten());
        said.addProperty("bytes_read", done.bytesRead());
        return DecisionRecorded.newBuilder()
                .setId("heal-%d-%d-%d".formatted(beatSequence, intent.group().group(), intent.column()))
                .setAddress(address)
                .setAuthor("steward")
                .addCitations(beatSequence)
                .setMediaType("application/json")
                .setPayload(ByteString.copyFromUtf8(said.toString()));
    }

    private static beacon.proto.v1.MoveCause cause(MoveCause cause) {
        return switch (cause) {
            case REPAIRED -> beacon.proto.v1.MoveCause.MOVE_CAUSE_REPAIRED;
            case DRAINED -> beacon.proto.v1.MoveCause.MOVE_CAUSE_DRAINED;
            case FILLED -> beacon.proto.v1.MoveCause.MOVE_CAUSE_FILLED;
            case SPREAD -> beacon.proto.v1.MoveCause.MOVE_CAUSE_SPREAD;
        };
    }
}

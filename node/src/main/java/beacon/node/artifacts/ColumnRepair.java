package beacon.node.artifacts;

import beacon.dht.Stages;
import beacon.dht.artifact.Coding;
import beacon.dht.artifact.Columns;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException.Reason;
import beacon.node.artifacts.StripeFetch.Source;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Makes a column of an artifact whole on a node: copies it from where it is, or makes its blocks again from any k of the
 * others. Needs no key. Safe for many threads; each task blocks the thread that runs it, and waits for others when together
 * they would hold too many blocks.
 */
public final class ColumnRepair {
    /** Of all tasks together, in memory at once; a block has 1 MiB at most. */
    private static final int MOST_BLOCKS = 64;

    private final BlockPeers peers;
    private final BlockNames names;
    private final NodeScores scores = new NodeScores();
    private final Semaphore room = new Semaphore(MOST_BLOCKS, true);
    private final LongConsumer pace;

    /**
     * A repairer.
     *
     * @param pace told of every amount of bytes that is moved; may wait
     */
    public ColumnRepair(BlockPeers peers, LongConsumer pace) {
        this.peers = peers;
        this.names = new BlockNames(peers);
        this.pace = pace;
    }

    /**
     * What is to be made.
     *
     * @param group 0 is the manifest and its lists
     * @param whole where the columns of the group are whole
     * @param manifestNodes where copies of the manifest are
     */
    public record Task(
            Cid manifest,
            int group,
            int column,
            Map<Integer, PeerId> whole,
            List<PeerId> manifestNodes,
            PeerId target) {
        public Task {
            whole = Map.copyOf(whole);
            manifestNodes = List.copyOf(manifestNodes);
        }
    }

    /** What it took. */
    public record Done(int blocksWritten, long bytesRead) {}

    /**
     * Carries a task out.
     *
     * @throws ArtifactException when too few blocks can be had, or the target does not take them
     * @throws InterruptedException while it waits for others
     */
    public Done run(Task task) throws InterruptedException {
        Work work = new Work(task);
        boolean whole = task.whole().containsKey(task.column());
        if (task.group() == 0) {
            for (Cid cid : names.column(task.manifest(), 0, task.column(), task.manifestNodes())) {
                work.copy(cid, true);
            }
            return work.done();
        }
        Columns columns = names.columns(task.manifest(), task.group(), task.manifestNodes());
        boolean copies = columns.coding().isCopies();
        for (int stripe = 0; stripe < columns.stripes(); stripe++) {
            if (copies || whole) {
                work.copy(columns.block(task.column(), stripe), copies);
            } else {
                work.rebuild(columns, stripe);
            }
        }
        return work.done();
    }

    private Map<Integer, ByteString> fetch(List<Source> sources, int needed) {
        try {
            return StripeFetch.start(peers, scores, sources, needed).join();
        } catch (CompletionException e) {
            throw new ArtifactException(
                    Reason.NOT_ENOUGH_COLUMNS,
                    "expected enough blocks, but could not have them: "
                            + Stages.cause(e).getMessage(),
                    e);
        }
    }

    /** One task on its way. */
    private final class Work {
        private final Task task;
        private int blocksWritten;
        private long bytesRead;

        Work(Task task) {
            this.task = task;
        }

        Done done() {
            return new Done(blocksWritten, bytesRead);
        }

        /**
         * From the column itself, or from any.
         *
         * @param fromAny when all columns are copies
         */
        void copy(Cid cid, boolean fromAny) throws InterruptedException {
            List<Source> sources = new ArrayList<>();
            task.whole().forEach((column, node) -> {
                if (fromAny || column == task.column()) {
                    sources.add(new Source(column, node, cid));
                }
            });
            long moved = within(1, () -> {
                ByteString bytes = fetch(sources, 1).values().iterator().next();
                bytesRead += bytes.size();
                place(cid, bytes);
                return 2L * bytes.size();
            });
            pace.accept(moved);
        }

        void rebuild(Columns columns, int stripe) throws InterruptedException {
            Coding coding = columns.coding();
            List<Source> sources = new ArrayList<>();
            task.whole()
                    .forEach((column, node) -> sources.add(new Source(column, node, columns.block(column, stripe))));
            long moved = within(coding.dataShards() + 1, () -> {
                Map<Integer, ByteString> blocks = fetch(sources, coding.dataShards());
                ByteString rebuilt = LostBlock.rebuild(coding, task.column(), blocks);
                bytesRead += (long) blocks.size() * rebuilt.size();
                place(columns.block(task.column(), stripe), rebuilt);
                return (coding.dataShards() + 1L) * rebuilt.size();
            });
            pace.accept(moved);
        }

        /** Holds so many blocks. */
        private long within(int blocks, LongSupplier step) throws InterruptedException {
            int permits = Math.min(blocks, MOST_BLOCKS);
            room.acquire(permits);
            try {
                return step.getAsLong();
            } finally {
                room.release(permits);
            }
        }

        /** The node refuses bytes that do not match the id, so that what went wrong here ends here. */
        private void place(Cid cid, ByteString bytes) {
            try {
                peers.place(task.target(), cid, bytes).join();
            } catch (CompletionException e) {
                throw new ArtifactException(
                        Reason.NOT_ENOUGH_NODES,
                        "expected node %s to take a block, but it did not: %s"
                                .formatted(task.target(), Stages.cause(e).getMessage()),
                        e);
            }
            blocksWritten++;
        }
    }
}

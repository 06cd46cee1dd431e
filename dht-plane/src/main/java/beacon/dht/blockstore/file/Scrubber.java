package beacon.dht.blockstore.file;

import beacon.dht.blockstore.ScrubStep;
import beacon.model.Cid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The walk over all blocks, shard by shard. Which shard comes next is kept in a file, written after every 16th shard, so
 * a restart repeats 16 shards at most.
 */
final class Scrubber {
    private final Path place;
    private final FileBlockstore store;
    private final Deque<Cid> waiting = new ArrayDeque<>();
    private int shard;
    private boolean listed;
    private long cycles;

    Scrubber(Path place, FileBlockstore store) throws IOException {
        this.place = place;
        this.store = store;
        this.shard = read();
    }

    synchronized long cycles() {
        return cycles;
    }

    synchronized ScrubStep step(long maxBytes) throws IOException {
        List<Cid> corrupt = new ArrayList<>();
        int checked = 0;
        long checkedBytes = 0;
        while (checked == 0 || checkedBytes < maxBytes) {
            if (!listed) {
                waiting.addAll(store.recount(shard));
                listed = true;
            }
            Cid cid = waiting.poll();
            if (cid != null) {
                checked++;
                checkedBytes += store.size(cid).orElse(0);
                if (!store.check(cid)) {
                    corrupt.add(cid);
                }
            } else {
                listed = false;
                shard = (shard + 1) % BlockFiles.SHARDS;
                if (shard % 16 == 0) {
                    write();
                }
                if (shard == 0) {
                    cycles++;
                    return new ScrubStep(checked, checkedBytes, corrupt, true);
                }
            }
        }
        return new ScrubStep(checked, checkedBytes, corrupt, false);
    }

    private int read() throws IOException {
        try {
            return Math.floorMod(Integer.parseInt(Files.readString(place).strip()), BlockFiles.SHARDS);
        } catch (NoSuchFileException | NumberFormatException e) {
            return 0;
        }
    }

    private void write() throws IOException {
        Path beside = place.resolveSibling("scrub.tmp");
        Files.writeString(beside, Integer.toString(shard), StandardCharsets.US_ASCII);
        Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

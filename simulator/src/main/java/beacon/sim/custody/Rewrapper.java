package beacon.sim.custody;

import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.opening.Rewrap;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import beacon.model.Event.KeyState;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Moves all artifacts from one key to the active one, batch by batch. Keeps nothing of its own, as the production job:
 * what is left to do is what the log lists under the old key.
 */
final class Rewrapper {
    private static final int BATCH = 6;
    private static final long PAUSE = 20 * World.SECOND;
    /** Between reading the headers and setting new ones, a writer may be faster. */
    private static final long SETTING = World.SECOND;

    private final World world;
    private final SimKeyLog log;
    private final Asker asker;
    private final SeededEntropy entropy;
    private final Set<CustodyFlaw> flaws;
    private int life;
    private int rewrapped;

    Rewrapper(World world, SimKeyLog log, Asker asker, Set<CustodyFlaw> flaws) {
        this.world = world;
        this.log = log;
        this.asker = asker;
        this.entropy = new SeededEntropy(world, "entropy/rewrap");
        this.flaws = flaws;
    }

    int rewrapped() {
        return rewrapped;
    }

    void kill() {
        life++;
    }

    /** Runs until no header is of the old key. */
    void run(ByteString old, Runnable emptied) {
        pass(old, emptied, life);
    }

    private void pass(ByteString old, Runnable emptied, int of) {
        if (of != life) {
            return;
        }
        List<SimKeyLog.Placed> left = log.headersOf(old);
        if (left.isEmpty()) {
            emptied.run();
            return;
        }
        List<SimKeyLog.Placed> batch = left.subList(0, Math.min(BATCH, left.size()));
        List<Rewrap> rewraps = batch.stream()
                .map(placed -> Rewrap.of(Header.parse(placed.header().toByteArray()), old)
                        .orElseThrow())
                .toList();
        List<WrapItem> items = rewraps.stream().map(Rewrap::item).toList();
        asker.open(
                log.record(old),
                items,
                opened -> world.after(SETTING, () -> {
                    if (of == life) {
                        replace(batch, rewraps, opened);
                        if (flaws.contains(CustodyFlaw.DESTROYED_EARLY)) {
                            log.append("operator", Operator.state(old, KeyState.DESTROYED));
                        }
                        world.after(PAUSE, () -> pass(old, emptied, of));
                    }
                }));
    }

    private void replace(List<SimKeyLog.Placed> batch, List<Rewrap> rewraps, Asker.Opened opened) {
        KeyRecord to = log.active().orElseThrow();
        List<ByteString> headers = new ArrayList<>();
        List<SimKeyLog.Placed> places = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            if (opened.fileKeys().get(i).isPresent()) {
                try (FileKey fileKey = opened.fileKeys().get(i).get()) {
                    headers.add(ByteString.copyFrom(
                            rewraps.get(i).to(to, fileKey, entropy).encode()));
                    places.add(batch.get(i));
                }
            }
        }
        if (flaws.contains(CustodyFlaw.HEADERS_MIXED_UP) && headers.size() > 1) {
            headers.add(0, headers.remove(1));
        }
        int set = 0;
        for (int i = 0; i < places.size(); i++) {
            SimKeyLog.Placed place = places.get(i);
            set += log.setHeader(place.artifact(), to.keyId(), headers.get(i), place.revision()) ? 1 : 0;
        }
        rewrapped += set;
        world.say("%d of %d rewrapped%s"
                .formatted(set, batch.size(), opened.problems().isEmpty() ? "" : "; " + opened.problems()));
    }
}

package beacon.sim.custody;

import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Writers who seal artifacts, and readers who open them all the time and know what has to come out. */
final class CustodyReaders {
    private static final long BETWEEN = 7 * World.MINUTE;
    private static final long BETWEEN_WRITES = 50 * World.MINUTE;
    /** After each of these an opening is tried once more. */
    private static final long[] PAUSES = {
        5 * World.SECOND, 20 * World.SECOND, World.MINUTE, 2 * World.MINUTE, 3 * World.MINUTE
    };

    private final World world;
    private final SimKeyLog log;
    private final Asker asker;
    private final CustodyChecks checks;
    private final SplittableRandom random;
    private final SeededEntropy entropy;
    private final TreeMap<Integer, byte[]> dataKeys = new TreeMap<>();
    private int opened;
    private int refused;

    CustodyReaders(World world, SimKeyLog log, Asker asker, CustodyChecks checks) {
        this.world = world;
        this.log = log;
        this.asker = asker;
        this.checks = checks;
        this.random = world.random("readers");
        this.entropy = new SeededEntropy(world, "entropy/writers");
    }

    int opened() {
        return opened;
    }

    int refused() {
        return refused;
    }

    /** Seals new artifacts to the active key. */
    void write(int count) {
        for (int i = 0; i < count; i++) {
            int artifact = dataKeys.size() + 1;
            KeyRecord record = log.active().orElseThrow();
            try (FileKey fileKey = FileKey.generate(entropy)) {
                Header header =
                        Header.wrap(fileKey, List.of(new OrgRecipient(record, "writer", "default", false)), entropy);
                ByteString bytes = ByteString.copyFrom(header.encode());
                if (log.setHeader(artifact, record.keyId(), bytes, 0)) {
                    dataKeys.put(artifact, fileKey.copyBytes());
                    checks.keepOld(record, bytes);
                }
            }
        }
    }

    void begin() {
        world.every(BETWEEN, () -> open(1 + random.nextInt(dataKeys.size())));
        world.every(BETWEEN_WRITES, () -> write(1));
    }

    /** Every artifact is opened once more. */
    void openAll() {
        int number = 0;
        for (int artifact : dataKeys.keySet()) {
            world.after(World.SECOND * number++, () -> open(artifact));
        }
    }

    private void open(int artifact) {
        attempt(artifact, 0, world.now());
    }

    private void attempt(int artifact, int tries, long began) {
        SimKeyLog.Placed placed = log.header(artifact).orElseThrow();
        KeyRecord record = log.record(placed.keyId());
        Header header = Header.parse(placed.header().toByteArray());
        List<WrapItem> items = WrapItem.in(header.stanzas(), record.keyId());
        asker.open(record, items, found -> {
            if (judge(artifact, record, found)) {
                opened++;
                return;
            }
            if (tries < PAUSES.length) {
                world.after(PAUSES[tries], () -> attempt(artifact, tries + 1, began));
                return;
            }
            refused++;
            world.say("artifact %d does not open: %s".formatted(artifact, found.problems()));
            checks.didNotOpen(artifact, log.record(placed.keyId()), began, found.problems());
        });
    }

    private boolean judge(int artifact, KeyRecord record, Asker.Opened found) {
        Optional<FileKey> fileKey = found.fileKeys().get(0);
        if (fileKey.isEmpty()) {
            return false;
        }
        byte[] bytes = fileKey.get().copyBytes();
        world.say("artifact %d opens under %s epoch %d"
                .formatted(
                        artifact, Operator.shown(record.keyId()), record.key().epoch()));
        checks.opened(record, found.requestId());
        if (!Arrays.equals(bytes, dataKeys.get(artifact))) {
            checks.violate(
                    CustodyInvariant.REWRAP_PRESERVES_PLAINTEXT,
                    "artifact %d opens to another data key than it was sealed with".formatted(artifact));
        }
        return true;
    }

    /** What was wrapped for a key that was destroyed is asked for once more. */
    void openOld(KeyRecord record, ByteString header, Consumer<Boolean> then) {
        List<WrapItem> items = WrapItem.in(Header.parse(header.toByteArray()).stanzas(), record.keyId());
        asker.open(record, items, found -> then.accept(found.fileKeys().get(0).isPresent()));
    }
}

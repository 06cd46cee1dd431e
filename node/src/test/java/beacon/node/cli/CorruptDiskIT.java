package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.client.EventCursor;
import beacon.model.Cid;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.BeatKind;
import beacon.proto.v1.Event;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.RecordedEvent;
import beacon.proto.v1.ReplayRequest;
import beacon.proto.v1.ShardFaulted;
import beacon.proto.v1.ShardMoved;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Promise 9: bytes that rot on disks reach nobody, are named one by one, and are made again; so is what a disk loses. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CorruptDiskIT {
    private static final int NODES = 9;
    private static final int FILES = 24;
    private static final int CODED = 4;
    private static final List<Integer> ROTTEN = List.of(4, 7);

    /** Of so many blocks one rots. */
    private static final int ROT = 20;

    private static final long MOST_REVERBS = 2;
    private static final int EMPTIED = 2;

    @TempDir
    static Path directory;

    private static HealingCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        // A bar of forty seconds, in which a node reads all its blocks from the disk once, as it does in an hour. A
        // node that restarts is waited for.
        cluster = new HealingCluster(
                directory,
                NODES,
                Map.of("steward.bar-beats", "100", "steward.grace", "60s"),
                "scrub: {pass: 20s}",
                MemberCluster.Options.small().jvmFlags());
        for (int number = 0; number < FILES; number++) {
            Files.write(directory.resolve("file-" + number), content(number));
            cluster.must("put", "file-" + number, name(number), "--code", "4+3");
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String name(int number) {
        return "ucxl://any:any@demo:rot/*^/file-" + number;
    }

    private static byte[] content(int number) {
        Random random = new Random(number);
        byte[] bytes = new byte[number < CODED ? (2 << 20) + random.nextInt(1 << 20) : 1 + random.nextInt(100_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    @Order(1)
    void emptiedNodeSaysItselfWhatItLostAndGetsItBack() throws IOException {
        String peer = cluster.node(EMPTIED).get("node").getAsString();
        Set<String> lost = new TreeSet<>();
        blocks(EMPTIED).forEach(block -> lost.add(peer + " " + block.getFileName()));
        long before = lastSequence();

        cluster.fleet.kill(EMPTIED);
        SoakFaults.delete(cluster.fleet.home(EMPTIED).resolve("data/blocks"));
        cluster.fleet.start(EMPTIED);
        cluster.await("all lost blocks to be named", () -> story(before).named().containsAll(lost));
        cluster.awaitWhole();

        Story story = story(before);
        assertThat(story.named()).containsExactlyInAnyOrderElementsOf(lost);
        assertThat(story.unhealed()).isEmpty();
        assertThat(cluster.fleet.log(EMPTIED)).content().contains("store_incomplete");
        assertThat(blocks(EMPTIED))
                .extracting(block -> peer + " " + block.getFileName())
                .containsAll(lost);
    }

    @Test
    @Order(2)
    void noReaderGetsARottenByteAndEveryRottenBlockIsNamedAndMadeAgainWithinTwoReverbs() throws Exception {
        AtomicBoolean healed = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        Thread reader = new Thread(() -> {
            Random random = new Random(1);
            while (!healed.get()) {
                read(random.nextInt(FILES), wrong);
                reads.incrementAndGet();
            }
        });
        reader.start();

        long before = lastSequence();
        Set<String> rotten = new TreeSet<>();
        for (int node : ROTTEN) {
            rotten.addAll(rot(node));
        }
        cluster.await(
                "all rotten blocks to be named", () -> story(before).named().containsAll(rotten));
        cluster.awaitWhole();
        healed.set(true);
        reader.join();

        Story story = story(before);
        assertThat(rotten).hasSizeGreaterThanOrEqualTo(ROTTEN.size());
        assertThat(story.named()).containsExactlyInAnyOrderElementsOf(rotten);
        assertThat(story.unhealed()).isEmpty();
        assertThat(story.reverbs()).isBetween(1L, MOST_REVERBS);
        assertThat(wrong).isEmpty();
        assertThat(reads.get()).isPositive();
        for (int number = 0; number < FILES; number++) {
            read(number, wrong);
        }
        assertThat(wrong).isEmpty();
        ROTTEN.forEach(node -> assertThat(quarantined(node)).isPositive());
    }

    private static void read(int number, Queue<String> wrong) {
        CommandRun run = cluster.world.run("get", name(number), "--out", "back");
        try {
            if (run.exitCode() != 0) {
                wrong.add(number + ": " + run.err());
            } else if (!Arrays.equals(Files.readAllBytes(directory.resolve("back")), content(number))) {
                wrong.add(number + ": other bytes");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lastSequence() {
        MemberCluster members = cluster.world.members;
        return members.ids().stream()
                .mapToLong(id -> members.status(id).orElseThrow().getLastSequence())
                .max()
                .orElseThrow();
    }

    private static List<Path> blocks(int node) throws IOException {
        try (Stream<Path> files = Files.walk(cluster.fleet.home(node).resolve("data/blocks/blocks"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Flips a byte in one block of so many of a node that runs. Returns node and block of each. */
    private static Set<String> rot(int node) throws IOException {
        String peer = cluster.node(node).get("node").getAsString();
        List<Path> blocks = new ArrayList<>(blocks(node));
        Random random = new Random(node);
        Collections.shuffle(blocks, random);
        Set<String> rotten = new TreeSet<>();
        for (Path block : blocks.subList(0, (blocks.size() + ROT - 1) / ROT)) {
            try (RandomAccessFile file = new RandomAccessFile(block.toFile(), "rw")) {
                long at = random.nextInt((int) file.length());
                file.seek(at);
                int good = file.read();
                file.seek(at);
                file.write(good ^ (1 + random.nextInt(255)));
            }
            rotten.add(peer + " " + block.getFileName());
        }
        return rotten;
    }

    private static long quarantined(int node) {
        try (Stream<Path> files = Files.list(cluster.fleet.home(node).resolve("data/blocks/quarantine"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What the log says since a moment.
     *
     * @param named node and id of every block that was found faulty
     * @param unhealed columns with such blocks that were not made again
     * @param reverbs up to the last repair
     */
    private record Story(Set<String> named, Set<List<Object>> unhealed, long reverbs) {}

    private static Story story(long since) {
        Set<String> named = new TreeSet<>();
        Set<List<Object>> unhealed = new HashSet<>();
        long reverbs = 0;
        long untilRepair = 0;
        try (BeaconClient client = cluster.world.members.operator(HealingCluster.PATIENCE);
                EventCursor cursor = client.replay(
                        ReplayRequest.newBuilder().setFirstSequence(since + 1).build())) {
            for (EventFrame frame = cursor.next(); frame != null; frame = cursor.next()) {
                for (ByteString bytes : frame.getEventsList()) {
                    Event event = RecordedEvent.parseFrom(bytes).getEvent();
                    if (event.hasShardFaulted()) {
                        ShardFaulted fault = event.getShardFaulted();
                        String node = new PeerId(fault.getNodeId()).toString();
                        fault.getBlocksList().forEach(cid -> named.add(node + " " + Cid.of(cid)));
                        unhealed.add(List.of(fault.getManifestCid(), fault.getGroup(), fault.getColumn()));
                    } else if (event.hasShardMoved()) {
                        ShardMoved moved = event.getShardMoved();
                        unhealed.remove(List.<Object>of(moved.getManifestCid(), moved.getGroup(), moved.getColumn()));
                        untilRepair = reverbs;
                    } else if (event.getBeatStruck().getKind() == BeatKind.BEAT_KIND_REVERB) {
                        reverbs++;
                    }
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("expected events", e);
        }
        return new Story(named, unhealed, untilRepair);
    }
}

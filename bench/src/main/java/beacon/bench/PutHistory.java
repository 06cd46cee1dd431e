package beacon.bench;

import beacon.index.log.RecordReader;
import beacon.model.Cid;
import beacon.model.RecordedEventWriter;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import beacon.proto.v1.HeaderSet;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.NodeWentDown;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.PointerSet;
import beacon.proto.v1.ShardGroup;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/** History as put writes it: recorded events of storage nodes and artifacts, made as they are asked for. */
final class PutHistory {
    /** Copies of a manifest, and of what fits one block. */
    private static final int COPIES = 5;

    private static final int DATA = 10;
    private static final int PARITY = 4;
    private static final int NODES_PER_RACK = 20;
    private static final int HEADER_BYTES = 400;
    private static final int RECORD_BYTES = 256;
    private static final int COLUMN_BYTES = 1 << 20;
    private static final long START_MICROS = 1_800_000_000_000_000L;
    private static final long STEP_MICROS = 10;
    private static final byte[] BYTES = Keys.value(HEADER_BYTES, 1);
    private static final ByteString HEADER = UnsafeByteOperations.unsafeWrap(BYTES);
    private static final ByteString RECORD = UnsafeByteOperations.unsafeWrap(BYTES, 0, RECORD_BYTES);

    private PutHistory() {}

    /** Id of one of so many nodes that do not exist. */
    static ByteString node(int number) {
        byte[] id = new byte[34];
        // Spread as hashes are.
        ByteBuffer words = ByteBuffer.wrap(id, 2, 32);
        SplittableRandom random = new SplittableRandom(number);
        while (words.hasRemaining()) {
            words.putLong(random.nextLong());
        }
        id[0] = 0x12;
        id[1] = 32;
        return ByteString.copyFrom(id);
    }

    static Event joined(int number) {
        return Event.newBuilder()
                .setNodeJoined(NodeJoined.newBuilder()
                        .setNodeId(node(number))
                        .addAddresses("/ip4/192.0.2.1/tcp/4001")
                        .setFailureDomain("rack-%d/s%d".formatted(number / NODES_PER_RACK, number))
                        .setCapacityBytes(1L << 42))
                .build();
    }

    static Event down(int number) {
        return Event.newBuilder()
                .setNodeWentDown(
                        NodeWentDown.newBuilder().setNodeId(node(number)).setReason("it does not answer pings"))
                .build();
    }

    private static ByteString manifest(long artifact) {
        return Cid.sha256(Cid.DAG_CBOR, node((int) artifact).substring(2)).bytes();
    }

    /** What fits one block: five copies of the manifest and five of the block, each on a node of its own. */
    static Event smallPin(long artifact, List<ByteString> nodes) {
        return pin(artifact, nodes, List.of(copies(0), copies(COPIES)), 2 * COPIES);
    }

    /** What is larger: five copies of the manifest and fourteen columns. */
    static Event largePin(long artifact, List<ByteString> nodes) {
        ShardGroup.Builder coded = ShardGroup.newBuilder()
                .setDataShards(DATA)
                .setParityShards(PARITY)
                .setBlocks(COLUMN_BYTES >> 20)
                .setColumnBytes(COLUMN_BYTES);
        for (int column = 1; column <= DATA + PARITY; column++) {
            coded.addColumns(column);
        }
        return pin(artifact, nodes, List.of(copies(0), coded.build()), DATA + PARITY);
    }

    private static ShardGroup copies(int after) {
        ShardGroup.Builder group = ShardGroup.newBuilder()
                .setDataShards(1)
                .setParityShards(COPIES - 1)
                .setBlocks(1)
                .setColumnBytes(COLUMN_BYTES);
        for (int column = 1; column <= COPIES; column++) {
            group.addColumns(after + column);
        }
        return group.build();
    }

    private static Event pin(long artifact, List<ByteString> nodes, List<ShardGroup> groups, int places) {
        PinPlaced.Builder pin =
                PinPlaced.newBuilder().setManifestCid(manifest(artifact)).addAllGroups(groups);
        // Far from each other, so that no two share a rack, and all nodes alike.
        long first = artifact * 7_919;
        for (int place = 0; place < places; place++) {
            pin.addNodes(nodes.get((int) ((first + (long) place * (nodes.size() / places)) % nodes.size())));
        }
        return Event.newBuilder().setPinPlaced(pin).build();
    }

    /** The three events of a put, in their order. */
    static Event ofPut(long number, List<ByteString> nodes) {
        long artifact = number / 3;
        return switch ((int) (number % 3)) {
            case 0 ->
                Event.newBuilder()
                        .setHeaderSet(HeaderSet.newBuilder()
                                .setManifestCid(manifest(artifact))
                                .setKeyId(RECORD.substring(0, 20))
                                .setHeader(HEADER))
                        .build();
            case 1 -> largePin(artifact, nodes);
            default ->
                Event.newBuilder()
                        .setPointerSet(PointerSet.newBuilder()
                                .setAddress(Keys.address((int) artifact))
                                .setCid(manifest(artifact)))
                        .build();
        };
    }

    /** A decision record of an agent. */
    static Event decision(long number) {
        return Event.newBuilder()
                .setDecisionRecorded(DecisionRecorded.newBuilder()
                        .setId("d")
                        .setAddress(Keys.address((int) (number % 10_000)))
                        .setAuthor("bench")
                        .setPayload(RECORD))
                .build();
    }

    static List<ByteString> nodes(int count) {
        List<ByteString> nodes = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            nodes.add(node(number));
        }
        return nodes;
    }

    /** Time in the log of an event. */
    static long timeMicros(long sequence) {
        return START_MICROS + sequence * STEP_MICROS;
    }

    /** The bytes of an event as the journal has them. */
    static byte[] recorded(long sequence, Event event) {
        return new RecordedEventWriter(new RecordedEventWriter.Shared(
                        1, timeMicros(sequence), "client/bench", sequence, sequence, sequence, 1))
                .write(sequence, 0, 1, 0, event.toByteString());
    }

    /** Reads events that were never written. */
    static final class Reader implements RecordReader {
        private final LongFunction<Event> events;
        private final long last;
        private long sequence;
        private byte[] bytes = {};

        /**
         * A reader.
         *
         * @param events by their sequence
         */
        Reader(long first, long last, LongFunction<Event> events) {
            this.sequence = first - 1;
            this.last = last;
            this.events = events;
        }

        @Override
        public boolean next() {
            if (sequence == last) {
                return false;
            }
            sequence++;
            bytes = recorded(sequence, events.apply(sequence));
            return true;
        }

        @Override
        public long sequence() {
            return sequence;
        }

        @Override
        public byte[] buffer() {
            return bytes;
        }

        @Override
        public int length() {
            return bytes.length;
        }

        @Override
        public void close() {}
    }
}

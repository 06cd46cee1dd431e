package beacon.node.fault;

import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import beacon.proto.v1.PointerSet;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Events that tests append. */
final class Events {
    private static final byte[] CID_PREFIX = {0x01, 0x55, 0x12, 0x20};
    private static final int HASH_BYTES = 32;

    private Events() {}

    static String address(String path) {
        return "ucxl://agent:role@project:task/*^/" + path;
    }

    /** A pointer to a CID that no other author and serial number has. */
    static Event pointer(String address, int author, long serial) {
        return Event.newBuilder()
                .setPointerSet(PointerSet.newBuilder().setAddress(address).setCid(cid(author, serial)))
                .build();
    }

    static ByteString cid(int author, long serial) {
        ByteBuffer bytes = ByteBuffer.allocate(CID_PREFIX.length + HASH_BYTES).put(CID_PREFIX);
        bytes.putLong(author).putLong(serial);
        return ByteString.copyFrom(bytes.array());
    }

    /** A CID as text, for histories. */
    static String value(ByteString cid) {
        return HexFormat.of().formatHex(cid.toByteArray());
    }

    static Event decision(String address, int author, long serial, int payloadBytes) {
        byte[] payload = new byte[payloadBytes];
        new SplittableRandom(author * 1_000_003L + serial).nextBytes(payload);
        return Event.newBuilder()
                .setDecisionRecorded(DecisionRecorded.newBuilder()
                        .setId("d-" + author + "-" + serial)
                        .setAddress(address)
                        .setAuthor("author-" + author)
                        .setMediaType("application/octet-stream")
                        .setPayload(ByteString.copyFrom(payload)))
                .build();
    }
}

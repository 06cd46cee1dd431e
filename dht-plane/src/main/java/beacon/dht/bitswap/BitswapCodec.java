package beacon.dht.bitswap;

import beacon.dht.bitswap.BitswapMessage.Block;
import beacon.dht.bitswap.BitswapMessage.Presence;
import beacon.dht.bitswap.BitswapMessage.Want;
import beacon.dht.wire.ProtoReader;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.Varint;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages of Bitswap 1.2 as bytes. Of a longer list than stated here the rest is left out, since honest peers send long
 * lists, too, and no peer is served more wants at a time anyway; what is malformed is refused.
 */
final class BitswapCodec {
    /** Longest message that is accepted. */
    static final int MAX_MESSAGE_BYTES = 4 << 20;
    /** Wants, presences and blocks taken of one message, each. */
    static final int MAX_ENTRIES = 2048;
    /** Longest id; other implementations take as much. */
    static final int MAX_CID_BYTES = 168;

    private static final int MAX_FIELDS = MAX_MESSAGE_BYTES;
    private static final int MAX_ENTRY_BYTES = 1024;
    private static final int MAX_PREFIX_BYTES = 64;
    private static final int MAX_COPIED_BYTES = 16 << 10;
    private static final int BLOCK_TAG = 3 << 3 | 2;
    private static final int DATA_TAG = 2 << 3 | 2;

    private BitswapCodec() {}

    /** The message as protobuf, without a length in front. The data of blocks is not copied. */
    static ByteString encode(BitswapMessage message) {
        ProtoWriter out = new ProtoWriter();
        if (!message.wants().isEmpty() || message.full()) {
            ProtoWriter list = new ProtoWriter();
            message.wants().forEach(want -> list.bytes(1, encode(want)));
            out.bytes(1, (message.full() ? list.integer(2, 1) : list).toByteString());
        }
        for (Presence presence : message.presences()) {
            ProtoWriter entry = new ProtoWriter().bytes(1, presence.cid());
            out.bytes(4, (presence.have() ? entry : entry.integer(2, 1)).toByteString());
        }
        if (message.pendingBytes() > 0) {
            out.integer(5, Math.min(message.pendingBytes(), Integer.MAX_VALUE));
        }
        ByteString encoded = out.toByteString();
        for (Block block : message.blocks()) {
            encoded = encoded.concat(encode(block));
        }
        return encoded;
    }

    private static ByteString encode(Want want) {
        ProtoWriter out = new ProtoWriter().bytes(1, want.cid()).integer(2, Math.max(0, want.priority()));
        if (want.cancel()) {
            return out.integer(3, 1).toByteString();
        }
        if (want.haveOnly()) {
            out.integer(4, 1);
        }
        return (want.sendDontHave() ? out.integer(5, 1) : out).toByteString();
    }

    private static ByteString encode(Block block) {
        ByteString head = new ProtoWriter()
                .bytes(1, block.prefix())
                .toByteString()
                .concat(tagged(DATA_TAG, block.data().size()));
        return tagged(BLOCK_TAG, head.size() + block.data().size()).concat(head).concat(block.data());
    }

    private static ByteString tagged(int tag, int length) {
        byte[] bytes = new byte[1 + Varint.size(length)];
        bytes[0] = (byte) tag;
        Varint.write(length, bytes, 1);
        return ByteString.copyFrom(bytes);
    }

    /**
     * Reads a message.
     *
     * @throws WireException when it is malformed
     */
    static BitswapMessage decode(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_FIELDS);
        List<Want> wants = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        List<Presence> presences = new ArrayList<>();
        boolean full = false;
        long pendingBytes = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> full |= decodeWants(in.bytes(MAX_MESSAGE_BYTES), wants);
                case 3 -> {
                    ByteString block = in.bytes(MAX_MESSAGE_BYTES);
                    if (blocks.size() < MAX_ENTRIES) {
                        blocks.add(decodeBlock(block));
                    }
                }
                case 4 -> {
                    ByteString presence = in.bytes(MAX_ENTRY_BYTES);
                    if (presences.size() < MAX_ENTRIES) {
                        presences.add(decodePresence(presence));
                    }
                }
                case 5 -> pendingBytes = in.integer();
                default -> in.skip();
            }
        }
        return new BitswapMessage(wants, full, blocks, presences, pendingBytes);
    }

    private static boolean decodeWants(ByteString bytes, List<Want> into) {
        ProtoReader in = new ProtoReader(bytes, MAX_FIELDS);
        boolean full = false;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> {
                    ByteString entry = in.bytes(MAX_ENTRY_BYTES);
                    if (into.size() < MAX_ENTRIES) {
                        into.add(decodeWant(entry));
                    }
                }
                case 2 -> full = in.integer() != 0;
                default -> in.skip();
            }
        }
        return full;
    }

    private static Want decodeWant(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_ENTRY_BYTES);
        ByteString cid = ByteString.EMPTY;
        int priority = 0;
        boolean cancel = false;
        boolean haveOnly = false;
        boolean sendDontHave = false;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> cid = in.bytes(MAX_CID_BYTES);
                case 2 -> priority = (int) in.integer();
                case 3 -> cancel = in.integer() != 0;
                case 4 -> haveOnly = in.integer() == 1;
                case 5 -> sendDontHave = in.integer() != 0;
                default -> in.skip();
            }
        }
        return new Want(copy(cid), priority, cancel, haveOnly, sendDontHave);
    }

    private static Block decodeBlock(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_ENTRY_BYTES);
        ByteString prefix = ByteString.EMPTY;
        ByteString data = ByteString.EMPTY;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> prefix = in.bytes(MAX_PREFIX_BYTES);
                case 2 -> data = in.bytes(MAX_MESSAGE_BYTES);
                default -> in.skip();
            }
        }
        return new Block(copy(prefix), data.size() <= MAX_COPIED_BYTES ? copy(data) : data);
    }

    /** A slice would keep all alive that was received with it. */
    private static ByteString copy(ByteString slice) {
        return ByteString.copyFrom(slice.toByteArray());
    }

    private static Presence decodePresence(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, MAX_ENTRY_BYTES);
        ByteString cid = ByteString.EMPTY;
        boolean have = true;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> cid = in.bytes(MAX_CID_BYTES);
                case 2 -> have = in.integer() == 0;
                default -> in.skip();
            }
        }
        return new Presence(cid, have);
    }
}

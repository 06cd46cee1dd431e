package beacon.dht.bitswap;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * What a peer says: what it wants, what it has, and blocks.
 *
 * @param full the wants replace all earlier ones
 * @param pendingBytes of blocks that are still to come
 */
record BitswapMessage(List<Want> wants, boolean full, List<Block> blocks, List<Presence> presences, long pendingBytes) {
    BitswapMessage {
        wants = List.copyOf(wants);
        blocks = List.copyOf(blocks);
        presences = List.copyOf(presences);
    }

    /**
     * One line of a wantlist. Ids stay bytes here: an unreadable one must not spoil the rest of a message.
     *
     * @param priority greater ones first
     * @param cancel takes an earlier want back; the rest does not count then
     * @param haveOnly asks whether there is a block, not for the block
     * @param sendDontHave asks for an answer also when there is none
     */
    record Want(ByteString cid, int priority, boolean cancel, boolean haveOnly, boolean sendDontHave) {
        static Want block(ByteString cid) {
            return new Want(cid, 1, false, false, true);
        }

        static Want have(ByteString cid) {
            return new Want(cid, 1, false, true, true);
        }

        static Want cancel(ByteString cid) {
            return new Want(cid, 0, true, false, false);
        }
    }

    /**
     * A block; its id is for the receiver to find out, so it cannot be passed off as another.
     *
     * @param prefix version, codec, hash function and length of the digest
     */
    record Block(ByteString prefix, ByteString data) {}

    /** Whether the sender has a block. */
    record Presence(ByteString cid, boolean have) {}
}

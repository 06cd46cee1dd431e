package beacon.dht.bitswap;

import beacon.dht.blockstore.BlockHash;
import beacon.dht.wire.ByteReader;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import beacon.model.MalformedCid;
import com.google.protobuf.ByteString;
import java.util.Optional;

/** Between the ids and prefixes of messages and those of blocks here. A CIDv0 is the CIDv1 of the same DAG-PB block. */
final class BlockIds {
    private static final int VERSION_0_BYTES = 34;
    private static final int DIGEST_BYTES = 32;
    private static final ByteString VERSION_0_HEAD = ByteString.copyFrom(new byte[] {0x12, DIGEST_BYTES});
    private static final ByteString DAG_PB_HEAD = ByteString.copyFrom(new byte[] {1, 0x70});
    private static final ByteString VERSION_0_PREFIX = ByteString.copyFrom(new byte[] {0, 0x70, 0x12, DIGEST_BYTES});

    private BlockIds() {}

    /** The id that a peer means; empty when it is none of ours. */
    static Optional<Cid> read(ByteString bytes) {
        try {
            Cid cid = Cid.of(isVersionZero(bytes) ? DAG_PB_HEAD.concat(bytes) : bytes);
            return Optional.of(cid).filter(BlockHash::isKnown);
        } catch (MalformedCid e) {
            return Optional.empty();
        }
    }

    private static boolean isVersionZero(ByteString bytes) {
        return bytes.size() == VERSION_0_BYTES && bytes.startsWith(VERSION_0_HEAD);
    }

    /** The prefix of the block that was asked for by this readable id. */
    static ByteString prefix(ByteString asked) {
        return isVersionZero(asked) ? VERSION_0_PREFIX : asked.substring(0, asked.size() - DIGEST_BYTES);
    }

    /** Hashes a block that came in; empty when its prefix names no hash function that is used here. */
    static Optional<Cid> identify(BitswapMessage.Block block) {
        try {
            ByteReader prefix = new ByteReader(block.prefix());
            long version = prefix.varint();
            long codec = prefix.varint();
            long function = prefix.varint();
            long length = prefix.varint();
            if (version > 1 || length != DIGEST_BYTES || prefix.hasMore()) {
                return Optional.empty();
            }
            if (function == Cid.SHA2_256) {
                return Optional.of(BlockHash.sha256(codec, block.data()));
            }
            return function == BlockHash.BLAKE3 ? Optional.of(BlockHash.blake3(codec, block.data())) : Optional.empty();
        } catch (WireException e) {
            return Optional.empty();
        }
    }
}

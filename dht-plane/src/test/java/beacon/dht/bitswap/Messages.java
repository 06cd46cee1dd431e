package beacon.dht.bitswap;

import beacon.dht.bitswap.BitswapMessage.Block;
import beacon.dht.bitswap.BitswapMessage.Want;
import beacon.dht.wire.Varint;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/** Messages with their length in front, for tests that keep to no rules. */
public final class Messages {
    private Messages() {}

    /** Wants of some blocks. */
    public static ByteString wants(List<Cid> cids) {
        return prefixed(BitswapCodec.encode(RawExchange.wants(
                cids.stream().map(cid -> Want.block(cid.bytes())).toList())));
    }

    /** Wants of so many blocks that nobody has; a different number begins other ids. */
    public static ByteString wantsOfNothing(int count, int number) {
        List<Want> wants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] digest = new byte[32];
            for (int at = 0; at < Integer.BYTES; at++) {
                digest[at] = (byte) (i >>> (8 * at));
                digest[4 + at] = (byte) (number >>> (8 * at));
            }
            wants.add(
                    Want.block(Cid.sha256(Cid.RAW, ByteString.copyFrom(digest)).bytes()));
        }
        return prefixed(BitswapCodec.encode(RawExchange.wants(wants)));
    }

    /** A block under the usual prefix, whoever wants it. */
    public static ByteString block(ByteString data) {
        return prefixed(BitswapCodec.encode(RawExchange.blocks(
                List.of(new Block(ByteString.copyFrom(new byte[] {1, 0x55, 0x12, 32}), data)))));
    }

    /** Bytes with their length in front. */
    public static ByteString prefixed(ByteString message) {
        return ByteString.copyFrom(Varint.encode(message.size())).concat(message);
    }
}

package beacon.dht.bitswap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.bitswap.BitswapMessage.Block;
import beacon.dht.bitswap.BitswapMessage.Presence;
import beacon.dht.bitswap.BitswapMessage.Want;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class BitswapCodecTest {
    @Property
    void readsBackWhatItWrote(@ForAll("messages") BitswapMessage message) {
        assertThat(BitswapCodec.decode(BitswapCodec.encode(message))).isEqualTo(message);
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll @Size(max = 300) byte[] bytes) {
        readsOrRefuses(ByteString.copyFrom(bytes));
    }

    @Property
    void brokenMessagesAreReadOrRefused(
            @ForAll("messages") BitswapMessage message, @ForAll int at, @ForAll byte value, @ForAll int end) {
        byte[] bytes = BitswapCodec.encode(message).toByteArray();
        if (bytes.length > 0) {
            bytes[Math.floorMod(at, bytes.length)] = value;
            readsOrRefuses(ByteString.copyFrom(bytes, 0, Math.floorMod(end, bytes.length + 1)));
        }
    }

    private static void readsOrRefuses(ByteString bytes) {
        try {
            BitswapMessage message = BitswapCodec.decode(bytes);
            message.wants()
                    .forEach(want -> assertThat(BlockIds.read(want.cid())).isNotNull());
            message.blocks()
                    .forEach(block -> assertThat(BlockIds.identify(block)).isNotNull());
        } catch (WireException e) {
            assertThat(e.getMessage()).startsWith("expected");
        }
    }

    @Example
    void writesWhatTheSpecificationSays() {
        ByteString cid = Blocks.ids(1).get(0).bytes();
        String id = HexFormat.of().formatHex(cid.toByteArray());
        BitswapMessage message = new BitswapMessage(
                List.of(new Want(cid, 7, false, true, true)),
                true,
                List.of(new Block(cid.substring(0, 4), ByteString.copyFromUtf8("hi"))),
                List.of(new Presence(cid, false)),
                300);

        String hex = HexFormat.of().formatHex(BitswapCodec.encode(message).toByteArray());

        assertThat(hex)
                .isEqualTo("0a30" + "0a2c" + "0a24" + id + "1007" + "2001" + "2801" + "1001"
                        + "2228" + "0a24" + id + "1001"
                        + "28ac02"
                        + "1a0a" + "0a0401551220" + "12026869");
    }

    @Example
    void ofLongListsTheRestIsLeftOut() {
        ProtoWriter list = new ProtoWriter();
        ProtoWriter message = new ProtoWriter();
        ByteString entry =
                new ProtoWriter().bytes(1, ByteString.copyFromUtf8("x")).toByteString();
        for (int i = 0; i < 100_000; i++) {
            list.bytes(1, entry);
            message.bytes(3, entry).bytes(4, entry);
        }

        BitswapMessage read =
                BitswapCodec.decode(message.bytes(1, list.toByteString()).toByteString());

        assertThat(read.wants()).hasSize(BitswapCodec.MAX_ENTRIES);
        assertThat(read.blocks()).hasSize(BitswapCodec.MAX_ENTRIES);
        assertThat(read.presences()).hasSize(BitswapCodec.MAX_ENTRIES);
    }

    @Example
    void anOverlongIdIsRefused() {
        ByteString entry = new ProtoWriter().bytes(1, Blocks.bytes(169, 1)).toByteString();
        ByteString list = new ProtoWriter().bytes(1, entry).toByteString();

        assertThatThrownBy(() ->
                        BitswapCodec.decode(new ProtoWriter().bytes(1, list).toByteString()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("at most 168");
    }

    @Example
    void anUnreadableIdIsNoneOfOurs() {
        assertThat(BlockIds.read(ByteString.copyFromUtf8("nonsense"))).isEmpty();
        assertThat(BlockIds.read(Cid.of(HexFormat.of().parseHex("01550000")).bytes()))
                .isEmpty();
        assertThat(BlockIds.identify(new Block(ByteString.EMPTY, ByteString.EMPTY)))
                .isEmpty();
        assertThat(BlockIds.identify(new Block(ByteString.copyFrom(new byte[] {1, 0x55, 0x13, 64}), ByteString.EMPTY)))
                .isEmpty();
    }

    @Provide
    Arbitrary<BitswapMessage> messages() {
        Arbitrary<ByteString> cids =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(60).map(ByteString::copyFrom);
        Arbitrary<Boolean> flags = Arbitraries.of(true, false);
        Arbitrary<Want> wants = Combinators.combine(
                        cids, Arbitraries.integers().between(0, Integer.MAX_VALUE), flags, flags, flags)
                .as((cid, priority, cancel, have, dontHave) ->
                        new Want(cid, priority, cancel, have && !cancel, dontHave && !cancel));
        Arbitrary<Block> blocks = Combinators.combine(cids, cids).as(Block::new);
        Arbitrary<Presence> presences = Combinators.combine(cids, flags).as(Presence::new);
        return Combinators.combine(
                        wants.list().ofMaxSize(5),
                        flags,
                        blocks.list().ofMaxSize(3),
                        presences.list().ofMaxSize(3),
                        Arbitraries.longs().between(0, Integer.MAX_VALUE))
                .as(BitswapMessage::new);
    }
}

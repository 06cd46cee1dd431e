package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class KadCodecTest {
    private static final KadPeer PEER = RoutingTableTest.peer(7, "/ip4/1.2.3.4/tcp/4001");

    @Example
    void theBytesAreThoseOfTheProtobufOfTheSpecification() {
        ByteString key = ByteString.copyFromUtf8("key");

        assertThat(hex(KadMessage.findNode(key))).isEqualTo("0804" + "12036b6579");
        assertThat(hex(KadMessage.getProviders(key))).isEqualTo("0803" + "12036b6579");
        assertThat(hex(KadMessage.getValue(key))).isEqualTo("0801" + "12036b6579");
        // Type 0 is the default, which proto3 leaves out; the record is field 3 with key 1 and value 2.
        assertThat(hex(KadMessage.putValue(key, ByteString.copyFromUtf8("v"))))
                .isEqualTo("12036b6579" + "1a08" + "0a036b6579" + "120176");
        String id = HexFormat.of().formatHex(PEER.id().bytes().toByteArray());
        // Provider peers are field 9 with id 1, addresses 2 and connection 3.
        assertThat(hex(KadMessage.addProvider(key, PEER)))
                .isEqualTo("0802" + "12036b6579" + "4a34" + "0a26" + id + "1208" + "0401020304060fa1" + "1802");
    }

    private static String hex(KadMessage message) {
        return HexFormat.of().formatHex(KadCodec.encode(message).toByteArray());
    }

    @Example
    void everyPartComesBack() {
        KadMessage message = new KadMessage(
                KadMessage.Type.GET_VALUE,
                ByteString.copyFromUtf8("/test/a"),
                Optional.of(new KadRecord(
                        ByteString.copyFromUtf8("/test/a"), ByteString.copyFromUtf8("v"), "2026-01-01T00:00:00Z")),
                List.of(PEER, new KadPeer(PEER.id(), List.of())),
                List.of(PEER));

        assertThat(KadCodec.decode(KadCodec.encode(message))).isEqualTo(message);
    }

    @Example
    void unknownFieldsAndMalformedPeersDoNotSpoilTheRest() {
        ByteString bytes = new ProtoWriter()
                .integer(1, 4)
                .integer(10, 1)
                .bytes(2, ByteString.copyFromUtf8("key"))
                .bytes(
                        8,
                        new ProtoWriter()
                                .bytes(1, ByteString.copyFromUtf8("no peer id"))
                                .toByteString())
                .bytes(8, KadCodec.encode(PEER))
                .text(77, "from the future")
                .toByteString();

        KadMessage message = KadCodec.decode(bytes);

        assertThat(message.closer()).containsExactly(PEER);
    }

    @Example
    void of10000AddressesOnly16AreTaken() {
        ProtoWriter peer = new ProtoWriter().bytes(1, PEER.id().bytes());
        for (int i = 0; i < 6_000; i++) {
            peer.bytes(2, Multiaddr.parse("/ip4/1.2.3.4/tcp/" + (1 + i)).bytes());
        }
        ByteString bytes = new ProtoWriter()
                .integer(1, 2)
                .bytes(2, ByteString.copyFromUtf8("key"))
                .bytes(9, peer.toByteString())
                .toByteString();

        assertThat(KadCodec.decode(bytes).providers().get(0).addresses()).hasSize(16);
    }

    @Example
    void tooManyPeersAreLeftOutAndTooLongKeysRefused() {
        KadMessage crowd = new KadMessage(
                KadMessage.Type.FIND_NODE,
                ByteString.copyFromUtf8("k"),
                Optional.empty(),
                Collections.nCopies(200, PEER),
                List.of());

        assertThat(KadCodec.decode(KadCodec.encode(crowd)).closer()).hasSize(KadCodec.MAX_PEERS);
        assertThatThrownBy(
                        () -> KadCodec.decode(KadCodec.encode(KadMessage.findNode(ByteString.copyFrom(new byte[513])))))
                .isInstanceOf(WireException.class);
    }

    @Property
    void garbageIsReadOrRefusedAndNothingElse(@ForAll byte[] garbage) {
        try {
            KadMessage message = KadCodec.decode(ByteString.copyFrom(garbage));
            assertThat(KadCodec.decode(KadCodec.encode(message))).isEqualTo(message);
        } catch (WireException refused) {
            assertThat(refused).hasMessageContaining("expected");
        }
    }

    @Property
    void damagedMessagesAreReadOrRefusedAndNothingElse(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = KadCodec.encode(new KadMessage(
                        KadMessage.Type.GET_PROVIDERS,
                        PEER.id().bytes(),
                        Optional.empty(),
                        List.of(PEER, PEER),
                        List.of(PEER)))
                .toByteArray();
        for (int i = 0; i < 3; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        try {
            KadCodec.decode(ByteString.copyFrom(bytes, 0, 1 + random.nextInt(bytes.length)));
        } catch (WireException refused) {
            assertThat(refused).hasMessageContaining("expected");
        }
    }
}

package beacon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class NodeIdTest {
    @Property
    void readsBackWhatItPrints(@ForAll @Size(min = 1, max = 42) byte[] key, @ForAll @Size(32) byte[] digest) {
        for (NodeId id : new NodeId[] {
            NodeId.of(Varints.encode(0, key.length).concat(ByteString.copyFrom(key))),
            NodeId.of(Varints.encode(0x12, 32).concat(ByteString.copyFrom(digest)))
        }) {
            assertThat(NodeId.parse(asCid(0x72, id))).isEqualTo(id).hasSameHashCodeAs(id);
            assertThat(NodeId.of(id.bytes())).isEqualTo(id);
            assertThat(id.bytes().size()).isLessThanOrEqualTo(64);
            assertThat(Base58.encode(id.bytes())).isEqualTo(id.toString());
        }
    }

    @Property
    void answersAnyBytesWithANodeIdOrMalformedNodeId(@ForAll @Size(max = 70) byte[] bytes) {
        try {
            assertThat(NodeId.of(ByteString.copyFrom(bytes)).bytes().toByteArray())
                    .isEqualTo(bytes);
        } catch (MalformedNodeId e) {
            assertThat(e.getMessage()).startsWith("expected ");
        }
    }

    @Property
    void answersAnyTextWithANodeIdOrMalformedNodeId(@ForAll @StringLength(max = 60) String text) {
        for (String variant : new String[] {text, "12D3" + text, "Qm" + text, "b" + text}) {
            try {
                assertThat(NodeId.parse(variant).bytes().isEmpty()).isFalse();
            } catch (MalformedNodeId e) {
                assertThat(e.getMessage()).startsWith("expected ").matches("\\p{Print}*");
            }
        }
    }

    @Example
    void refusesOtherHashesLengthsAndCodecs() {
        refuses("", "0 bytes that are none");
        refuses("00", "1 bytes that are none");
        refuses("0000", "2 bytes that are none");
        refuses("0002ff", "3 bytes that are none");
        refuses("002b" + "00".repeat(43), "function 0 with 43 bytes");
        refuses("121f" + "00".repeat(31), "function 18 with 31 bytes");
        refuses("1320" + "00".repeat(32), "function 19 with 32 bytes");
        refuses("0080" + "00".repeat(128), "130 bytes that are none");
        NodeId id = NodeId.of(Varints.encode(0x12, 32).concat(ByteString.copyFrom(new byte[32])));
        assertThatThrownBy(() -> NodeId.parse(asCid(0x55, id)))
                .isInstanceOf(MalformedNodeId.class)
                .hasMessage("expected a CID with codec 0x72 (libp2p-key), but found 0x55");
        assertThatThrownBy(() -> NodeId.parse("1".repeat(129)))
                .isInstanceOf(MalformedNodeId.class)
                .hasMessage("expected a peer id of at most 128 characters, but found 129");
    }

    private static String asCid(long codec, NodeId id) {
        return Cid.of(Varints.encode(1, codec).concat(id.bytes())).toString();
    }

    private static void refuses(String hex, String message) {
        assertThatThrownBy(() -> NodeId.of(ByteString.copyFrom(HexFormat.of().parseHex(hex))))
                .isInstanceOf(MalformedNodeId.class)
                .hasMessageContaining(message);
    }
}

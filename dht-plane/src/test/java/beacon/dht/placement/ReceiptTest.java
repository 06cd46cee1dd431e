package beacon.dht.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.PeerSigner;
import beacon.dht.bitswap.Blocks;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.placement.PlacementCodec.Offer;
import beacon.dht.placement.PlacementCodec.Reply;
import beacon.dht.wire.PublicKeyBytes;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Instant;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class ReceiptTest {
    private static final PeerKeys KEYS = new PeerKeys(Blocks.bytes(32, 1).toByteArray());
    private static final Cid CID = Blocks.ids(1).get(0);
    private static final Instant TIME = Instant.parse("2026-11-21T01:02:03.456789Z");

    @Example
    void saysWhatWasStoredWhenAndByWhom() {
        Receipt receipt = Receipt.sign(KEYS, CID, 12_345, TIME);

        Receipt read = Receipt.verify(receipt.signed());

        assertThat(read).isEqualTo(receipt);
        assertThat(read.cid()).isEqualTo(CID);
        assertThat(read.sizeBytes()).isEqualTo(12_345);
        assertThat(read.time()).isEqualTo(Instant.parse("2026-11-21T01:02:03.456Z"));
        assertThat(read.storer()).isEqualTo(KEYS.peerId());
        assertThat(read.signed().size()).isLessThan(Receipt.MAX_BYTES);
    }

    @Property(tries = 300)
    void noByteOfItCanBeChanged(@ForAll int at, @ForAll byte value) {
        byte[] bytes = Receipt.sign(KEYS, CID, 12_345, TIME).signed().toByteArray();
        int index = Math.floorMod(at, bytes.length);
        if (bytes[index] == value) {
            return;
        }
        bytes[index] = value;

        assertThatThrownBy(() -> Receipt.verify(ByteString.copyFrom(bytes))).isInstanceOf(WireException.class);
    }

    @Example
    void anotherSignerOrPurposeIsRefused() {
        PeerKeys other = new PeerKeys(Blocks.bytes(32, 2).toByteArray());
        PeerSigner pretender = signer(KEYS.publicKey(), other);
        PeerSigner otherPurpose = new PeerSigner() {
            @Override
            public PublicKeyBytes publicKey() {
                return KEYS.publicKey();
            }

            @Override
            public ByteString sign(ByteString message) {
                return KEYS.sign(message.substring(1));
            }
        };

        for (PeerSigner signer : new PeerSigner[] {pretender, otherPurpose}) {
            Receipt forged = Receipt.sign(signer, CID, 1, TIME);
            assertThatThrownBy(() -> Receipt.verify(forged.signed()))
                    .isInstanceOf(WireException.class)
                    .hasMessageContaining("another signature");
        }
    }

    private static PeerSigner signer(PublicKeyBytes shown, PeerKeys used) {
        return new PeerSigner() {
            @Override
            public PublicKeyBytes publicKey() {
                return shown;
            }

            @Override
            public ByteString sign(ByteString message) {
                return used.sign(message);
            }
        };
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
        ByteString input = ByteString.copyFrom(bytes);
        readsOrRefuses(() -> Receipt.verify(input));
        readsOrRefuses(() -> PlacementCodec.decodeOffer(input));
        readsOrRefuses(() -> PlacementCodec.decodeReply(input));
    }

    private static void readsOrRefuses(Runnable step) {
        try {
            step.run();
        } catch (WireException e) {
            assertThat(e.getMessage()).startsWith("expected");
        }
    }

    @Property
    void offersAndRepliesAreReadBack(@ForAll PlacementRefusal refusal, @ForAll int size) {
        Offer offer = new Offer(CID, size & Integer.MAX_VALUE);
        Reply refused = Reply.refused(refusal, "because");

        assertThat(PlacementCodec.decodeOffer(PlacementCodec.encode(offer))).isEqualTo(offer);
        assertThat(PlacementCodec.decodeReply(PlacementCodec.encode(refused))).isEqualTo(refused);
        assertThat(PlacementCodec.decodeReply(PlacementCodec.encode(Reply.send())))
                .isEqualTo(Reply.send());
    }
}

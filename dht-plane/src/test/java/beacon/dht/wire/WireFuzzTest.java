package beacon.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** Readers refuse what is malformed with a typed exception, and read back what the writers wrote. */
class WireFuzzTest {
    @Property
    void anyBytesAreReadOrRefused(@ForAll @Size(max = 300) byte[] bytes) {
        ByteString input = ByteString.copyFrom(bytes);
        refusesOrReads(() -> assertThat(Multiaddr.parse(input).toString()).isNotEmpty());
        refusesOrReads(() -> IdentifyMessage.parse(input));
        refusesOrReads(() -> NoisePayload.parse(input));
        refusesOrReads(() -> PublicKeyBytes.parse(input));
        refusesOrReads(() -> SignedPeerRecord.parse(input));
        refusesOrReads(() -> new PeerId(input));
        refusesOrReads(() -> {
            Multistream.Reader reader = new Multistream.Reader();
            for (byte next : bytes) {
                reader.accept(next);
            }
        });
    }

    @Property
    void anyTextIsReadOrRefused(@ForAll @StringLength(max = 60) String text) {
        refusesOrReads(() -> Multiaddr.parse(text));
        refusesOrReads(() -> Multiaddr.parse("/" + text));
        refusesOrReads(() -> PeerId.parse(text));
        refusesOrReads(() -> Multibase.decode(text));
    }

    @Property
    void damagedMessagesAreReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        PublicKeyBytes key = new PublicKeyBytes(PublicKeyBytes.Type.ED25519, ByteString.copyFrom(new byte[32]));
        Multiaddr address = Multiaddr.parse("/ip4/1.2.3.4/tcp/4001/p2p/" + key.peerId());
        ByteString record = SignedPeerRecord.envelope(
                key.serialised(),
                SignedPeerRecord.payload(key.peerId(), 7, List.of(address, address)),
                ByteString.copyFrom(new byte[64]));
        IdentifyMessage identify = new IdentifyMessage(
                key.serialised(),
                List.of(address, address),
                List.of("/a/1", "/b/1"),
                Optional.of(address),
                "beacon/1",
                "agent",
                Optional.of(record));
        NoisePayload noise =
                new NoisePayload(key.serialised(), ByteString.copyFrom(new byte[64]), List.of("/yamux/1.0.0"));

        refusesOrReads(() -> IdentifyMessage.parse(damaged(identify.toBytes(), random)));
        refusesOrReads(() -> SignedPeerRecord.parse(damaged(record, random)));
        refusesOrReads(() -> NoisePayload.parse(damaged(noise.toBytes(), random)));
        refusesOrReads(() -> PublicKeyBytes.parse(damaged(key.serialised(), random)));
        refusesOrReads(() -> Multiaddr.parse(damaged(address.bytes(), random)));
    }

    /** A few bytes changed, and sometimes cut off or doubled. */
    private static ByteString damaged(ByteString message, Random random) {
        byte[] bytes = message.toByteArray();
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        int end = random.nextBoolean() ? bytes.length : 1 + random.nextInt(bytes.length);
        ByteString cut = ByteString.copyFrom(bytes, 0, end);
        return random.nextInt(4) == 0 ? cut.concat(cut) : cut;
    }

    private static void refusesOrReads(Runnable step) {
        try {
            step.run();
        } catch (WireException expected) {
            assertThat(expected.getMessage()).startsWith("expected");
        }
    }

    @Property
    void varintsRoundTrip(@ForAll @LongRange(min = 0) long value) {
        byte[] encoded = Varint.encode(value);

        assertThat(encoded).hasSize(Varint.size(value));
        assertThat(new ByteReader(ByteString.copyFrom(encoded)).varint()).isEqualTo(value);
    }

    @Property
    void everyBaseRoundTrips(@ForAll @Size(max = 60) byte[] bytes, @ForAll Multibase base) {
        ByteString input = ByteString.copyFrom(bytes);

        assertThat(Multibase.decode(base.encode(input))).isEqualTo(input);
    }

    @Property
    void ipv6AddressesRoundTrip(@ForAll @Size(16) byte[] ip) {
        Multiaddr address = Multiaddr.ofTcp(ByteString.copyFrom(ip), 4001);

        assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
    }

    @Test
    void aLongVarintIsRefused() {
        ByteString tooLong = ByteString.copyFrom(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1});
        ByteString notShortest = ByteString.copyFrom(new byte[] {(byte) 0x81, 0});

        assertThatThrownBy(() -> new ByteReader(tooLong).varint()).isInstanceOf(WireException.class);
        assertThatThrownBy(() -> new ByteReader(notShortest).varint()).isInstanceOf(WireException.class);
    }

    @Test
    void anUnknownProtocolKeepsAnAddressReadable() {
        ByteString strange = Multiaddr.parse("/ip4/1.2.3.4/tcp/1")
                .bytes()
                .concat(ByteString.copyFrom(new byte[] {(byte) 0xff, 0x7f, 3, 1, 2}));

        Multiaddr address = Multiaddr.parse(strange);

        assertThat(address.isKnown()).isFalse();
        assertThat(address.bytes()).isEqualTo(strange);
        assertThat(address.first(AddressPart.TCP)).isPresent();
        assertThat(address.peer()).isEmpty();
    }

    @Test
    void identifyMessagesRoundTripAndAreBounded() {
        Multiaddr address = Multiaddr.parse("/ip4/1.2.3.4/tcp/4001");
        IdentifyMessage message = new IdentifyMessage(
                ByteString.copyFromUtf8("key"),
                List.of(address),
                List.of("/a/1", "/b/1"),
                Optional.of(address),
                "beacon/1",
                "agent",
                Optional.of(ByteString.copyFromUtf8("record")));
        ProtoWriter flood = new ProtoWriter();
        for (int i = 0; i < 200; i++) {
            flood.bytes(2, address.bytes());
        }

        assertThat(IdentifyMessage.parse(message.toBytes())).isEqualTo(message);
        assertThat(IdentifyMessage.parse(flood.toByteString()).listenAddresses())
                .hasSize(IdentifyMessage.MAX_ADDRESSES);
        assertThatThrownBy(() -> IdentifyMessage.parse(flood.toByteString().concat(flood.toByteString())))
                .isInstanceOf(WireException.class);
    }
}

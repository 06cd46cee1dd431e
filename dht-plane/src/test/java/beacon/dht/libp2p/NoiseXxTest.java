package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.testing.Vectors;
import beacon.dht.wire.WireException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The handshake is the one of the Noise framework, and anything tampered with is refused. */
class NoiseXxTest {
    private static final byte[] NONE = new byte[0];

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static NoiseXx.KeyPair pair(int seed) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) seed);
        return new NoiseXx.KeyPair(secret);
    }

    private static NoiseXx side(boolean initiator) {
        return new NoiseXx(initiator, NONE, pair(initiator ? 1 : 2), pair(initiator ? 3 : 4));
    }

    @Test
    void reproducesThePublishedVector() throws GeneralSecurityException {
        String all = Vectors.text("noise/cacophony-25519-chachapoly-sha256.json");
        int start = all.indexOf("\"Noise_XX_25519_ChaChaPoly_SHA256\"");
        String json = all.substring(start, all.indexOf("protocol_name", start));
        List<String> payloads = Vectors.values(json, "payload");
        List<String> messages = Vectors.values(json, "ciphertext");
        byte[] prologue = hex(Vectors.values(json, "init_prologue").get(0));
        NoiseXx initiator = new NoiseXx(true, prologue, keys(json, "init_static"), keys(json, "init_ephemeral"));
        NoiseXx responder = new NoiseXx(false, prologue, keys(json, "resp_static"), keys(json, "resp_ephemeral"));

        for (int i = 0; i < 3; i++) {
            byte[] written = (i % 2 == 0 ? initiator : responder).write(hex(payloads.get(i)));
            assertThat(written).isEqualTo(hex(messages.get(i)));
            assertThat((i % 2 == 0 ? responder : initiator).read(written)).isEqualTo(hex(payloads.get(i)));
        }
        assertThat(initiator.handshakeHash())
                .isEqualTo(responder.handshakeHash())
                .isEqualTo(hex(Vectors.values(json, "handshake_hash").get(0)));
        Aead[] senders = {responder.sender(), initiator.sender()};
        Aead[] receivers = {initiator.receiver(), responder.receiver()};
        assertThat(messages).hasSizeGreaterThan(4);
        for (int i = 3; i < messages.size(); i++) {
            byte[] plain = hex(payloads.get(i));
            byte[] sealed = new byte[plain.length + Aead.TAG_BYTES];
            senders[(i + 1) % 2].next(NONE, plain, 0, plain.length, sealed, 0);
            assertThat(sealed).isEqualTo(hex(messages.get(i)));
            byte[] opened = new byte[sealed.length];
            assertThat(receivers[(i + 1) % 2].next(NONE, sealed, 0, sealed.length, opened, 0))
                    .isEqualTo(plain.length);
        }
    }

    private static NoiseXx.KeyPair keys(String json, String name) {
        return new NoiseXx.KeyPair(hex(Vectors.values(json, name).get(0)));
    }

    @Test
    void everyFlippedByteOfTheSecondMessageIsNoticed() {
        byte[] second = responderMessage();

        for (int i = 0; i < second.length; i++) {
            NoiseXx initiator = side(true);
            initiator.write(NONE);
            byte[] tampered = second.clone();
            tampered[i] ^= 1;
            assertThatThrownBy(() -> initiator.read(tampered)).isInstanceOf(WireException.class);
        }
    }

    @Test
    void everyTruncatedMessageIsNoticed() {
        byte[] second = responderMessage();

        for (int length = 0; length < second.length; length++) {
            NoiseXx initiator = side(true);
            initiator.write(NONE);
            byte[] truncated = Arrays.copyOf(second, length);
            assertThatThrownBy(() -> initiator.read(truncated)).isInstanceOf(WireException.class);
        }
    }

    private static byte[] responderMessage() {
        NoiseXx responder = side(false);
        responder.read(side(true).write(NONE));
        return responder.write(new byte[] {1, 2, 3});
    }

    @Test
    void aKeyOfLowOrderIsRefused() {
        NoiseXx responder = side(false);
        responder.read(new byte[32]);

        assertThatThrownBy(() -> responder.write(NONE))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("low order");
    }
}

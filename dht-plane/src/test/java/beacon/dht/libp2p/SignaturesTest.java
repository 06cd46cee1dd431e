package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.testing.Vectors;
import beacon.dht.wire.PublicKeyBytes;
import com.google.protobuf.ByteString;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import org.junit.jupiter.api.Test;

/** Signatures by every kind of key that a peer may have. */
class SignaturesTest {
    private static final ByteString MESSAGE = ByteString.copyFromUtf8("Libp2p is the _best_!");

    private static void assertOnlyTheSignedTextVerifies(PublicKeyBytes key, ByteString signature) {
        assertThat(Signatures.verify(key, MESSAGE, signature)).isTrue();
        assertThat(Signatures.verify(key, MESSAGE.concat(MESSAGE), signature)).isFalse();
        assertThat(Signatures.verify(key, MESSAGE, signature.substring(1))).isFalse();
        assertThat(Signatures.verify(key, MESSAGE, ByteString.EMPTY)).isFalse();
        assertThat(Signatures.verify(new PublicKeyBytes(key.type(), ByteString.EMPTY), MESSAGE, signature))
                .isFalse();
    }

    @Test
    void keysOfGoAreUnderstood() {
        for (String type : new String[] {"0", "2"}) {
            PublicKeyBytes key =
                    PublicKeyBytes.parse(ByteString.copyFrom(Vectors.bytes("libp2p-peer-id/crypto/" + type + ".pub")));
            ByteString signature = ByteString.copyFrom(Vectors.bytes("libp2p-peer-id/crypto/" + type + ".sig"));

            assertOnlyTheSignedTextVerifies(key, signature);
        }
    }

    @Test
    void ownEd25519KeysVerify() {
        PeerKeys keys = new PeerKeys(new byte[32]);

        assertOnlyTheSignedTextVerifies(keys.publicKey(), keys.sign(MESSAGE));
        assertThat(keys.peerId().toString()).startsWith("12D3KooW");
    }

    @Test
    void ecdsaKeysVerify() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(MESSAGE.toByteArray());
        PublicKeyBytes key = new PublicKeyBytes(
                PublicKeyBytes.Type.ECDSA, ByteString.copyFrom(pair.getPublic().getEncoded()));

        assertOnlyTheSignedTextVerifies(key, ByteString.copyFrom(signer.sign()));
    }

    @Test
    void shortRsaKeysAreRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        KeyPair pair = generator.generateKeyPair();
        Signature signer = Signature.getInstance("SHA256withRSA");
        signer.initSign(pair.getPrivate());
        signer.update(MESSAGE.toByteArray());
        PublicKeyBytes key = new PublicKeyBytes(
                PublicKeyBytes.Type.RSA, ByteString.copyFrom(pair.getPublic().getEncoded()));

        assertThat(Signatures.verify(key, MESSAGE, ByteString.copyFrom(signer.sign())))
                .isFalse();
    }
}

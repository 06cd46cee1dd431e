package beacon.keys.signatures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.TestEntropy;
import beacon.keys.Vectors;
import beacon.model.DidKey;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignaturesTest {
    private final TestEntropy entropy = new TestEntropy(1);

    @Test
    void namesKeysAsThePublishedVectorsDo() {
        JsonObject vectors = Vectors.json("did-key", "ed25519-x25519.json", JsonObject.class);
        assertThat(vectors.size()).isPositive();
        for (String did : vectors.keySet()) {
            JsonObject vector = vectors.getAsJsonObject(did);
            if (!vector.has("seed")) {
                continue;
            }
            try (SubjectKey key =
                    SubjectKey.of(HexFormat.of().parseHex(vector.get("seed").getAsString()))) {
                assertThat(key.did()).isEqualTo(did);
                assertThat(DidKey.parse(did)).contains(key.publicKey());
            }
        }
    }

    @Test
    void refusesDidsOfOtherKeys() {
        for (String did : List.of(
                "",
                "did:key:z",
                "did:web:example.org",
                "did:key:z6LShs9GGnqk85isEBzzshkuVWrVKsRp24GnDuHk8QWkARMW",
                "did:key:zO0Il")) {
            assertThat(DidKey.parse(did)).as(did).isEmpty();
        }
    }

    @Test
    void theOfflineRootCertifiesTheOnlineOne() {
        try (OfflineRootKey offline = OfflineRootKey.generate(entropy);
                RootKey root = RootKey.generate("example", Optional.of(offline), entropy)) {
            String text = root.root().print();
            byte[] secret = root.copyBytes();

            assertThat(OrgRoot.parse(text)).isEqualTo(root.root());
            assertThat(RootKey.of(secret, OrgRoot.parse(text)).root()).isEqualTo(root.root());
            assertThatThrownBy(() -> OrgRoot.parse(text.replace("organisation example", "organisation evil")))
                    .hasMessageContaining("expected the offline root's signature");
            secret[40] ^= 1;
            assertThatThrownBy(() -> RootKey.of(secret, root.root())).hasMessageContaining("expected the secret of");
            Arrays.fill(secret, (byte) 0);
        }
    }

    @Test
    void aHybridSignatureHoldsForOneUseOneStatementAndBothKeys() {
        try (RootKey root = RootKey.generate("example", Optional.empty(), entropy)) {
            ByteString statement = ByteString.copyFromUtf8("statement");
            SignedStatement signed = root.sign("use", statement, entropy);

            assertThat(root.root().verifies("use", signed)).isTrue();
            assertThat(root.root().verifies("other", signed)).isFalse();
            assertThat(root.root()
                            .verifies(
                                    "use", new SignedStatement(ByteString.copyFromUtf8("other"), signed.signatures())))
                    .isFalse();
            for (int i = 0; i < 2; i++) {
                Signature good = signed.signatures().get(i);
                byte[] changed = good.signature().toByteArray();
                changed[20] ^= 1;
                SignedStatement bad = new SignedStatement(
                        statement,
                        i == 0
                                ? List.of(
                                        with(good, changed), signed.signatures().get(1))
                                : List.of(signed.signatures().get(0), with(good, changed)));
                assertThat(root.root().verifies("use", bad)).isFalse();
            }
            assertThat(SignatureCodec.parse(SignatureCodec.toBytes(signed))).contains(signed);
        }
    }

    private static Signature with(Signature signature, byte[] bytes) {
        return new Signature(signature.algorithm(), signature.publicKey(), ByteString.copyFrom(bytes));
    }

    @Test
    void signingTwiceGivesTwoMlDsaSignaturesSinceItIsHedged() {
        try (RootKey root = RootKey.generate("example", Optional.empty(), entropy)) {
            ByteString statement = ByteString.copyFromUtf8("statement");

            assertThat(root.sign("use", statement, entropy).signatures().get(1))
                    .isNotEqualTo(
                            root.sign("use", statement, entropy).signatures().get(1));
        }
    }

    @Test
    void refusesKeysAndSignaturesOfOtherLengths() {
        for (Algorithm algorithm : Algorithm.values()) {
            assertThat(Signatures.verify(algorithm, new byte[3], new byte[1], new byte[algorithm.signatureBytes()]))
                    .isFalse();
            assertThat(Signatures.verify(algorithm, new byte[algorithm.publicKeyBytes()], new byte[1], new byte[3]))
                    .isFalse();
            assertThat(Signatures.verify(
                            algorithm,
                            new byte[algorithm.publicKeyBytes()],
                            new byte[1],
                            new byte[algorithm.signatureBytes()]))
                    .isFalse();
        }
    }
}

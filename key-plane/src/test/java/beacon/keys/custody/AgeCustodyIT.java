package beacon.keys.custody;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.AgeTool;
import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.PayloadLayout;
import beacon.keys.envelope.PayloadReader;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.envelope.X25519Stanza;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stock tool encrypts to a key that nobody holds. */
class AgeCustodyIT {
    private final Entropy entropy = new TestEntropy(6);
    private final byte[] plain = entropy.bytes(100_000);

    @TempDir
    Path directory;

    @Test
    void everyPairOfThreeCustodiansOpensWhatTheToolSealedAndAnotherKeyTakesOverWithoutTouchingThePayload()
            throws Exception {
        AgeTool.expectInstalled();
        Custodians custodians = Custodians.born(2, 3, entropy);
        byte[] file = AgeTool.run(plain, "-r", custodians.key.recipient().toString());
        ByteArrayInputStream in = new ByteArrayInputStream(file);
        Header header = Header.parse(in);
        byte[] payload = in.readAllBytes();
        X25519Stanza stanza = header.stanzas().stream()
                .filter(s -> s.type().equals(X25519Stanza.TYPE))
                .map(X25519Stanza::parse)
                .findFirst()
                .orElseThrow();
        PartialRequest request = new PartialRequest(stanza.share(), ByteString.copyFromUtf8("r"));

        for (Integer[] pair : new Integer[][] {{1, 2}, {1, 3}, {2, 3}}) {
            byte[] secret = custodians.secret(request, pair);
            byte[] recipient = custodians.key.recipient().publicKey().toByteArray();
            FileKey fileKey = header.verify(stanza.open(secret, recipient).orElseThrow());

            ByteArrayInputStream sealed = new ByteArrayInputStream(payload);
            byte[] nonce = sealed.readNBytes(PayloadLayout.NONCE_BYTES);
            assertThat(new PayloadReader(fileKey, nonce, sealed).readAllBytes()).isEqualTo(plain);

            X25519Identity partner = X25519Identity.generate(entropy);
            ByteArrayOutputStream rewrapped = new ByteArrayOutputStream();
            rewrapped.write(
                    Header.wrap(fileKey, List.of(partner.recipient()), entropy).encode());
            rewrapped.write(payload);
            Path identity = Files.writeString(directory.resolve("partner.txt"), partner.exportText() + "\n");
            assertThat(AgeTool.run(rewrapped.toByteArray(), "-d", "-i", identity.toString()))
                    .isEqualTo(plain);
        }
    }
}

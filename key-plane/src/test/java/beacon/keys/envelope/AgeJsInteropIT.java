package beacon.keys.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.Entropy;
import beacon.keys.JsAge;
import beacon.keys.TestEntropy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** age in JavaScript opens our files, hybrid ones too, and we open its files. */
class AgeJsInteropIT {
    private final Entropy entropy = new TestEntropy(17);
    private final HybridIdentity hybrid = HybridIdentity.generate(entropy);
    private final X25519Identity classic = X25519Identity.generate(entropy);
    private final byte[] plain = entropy.bytes(200_000);

    @TempDir
    Path directory;

    @BeforeAll
    static void installed() throws Exception {
        JsAge.install();
    }

    @Test
    void itOpensTheHybridFilesThatWeSealed() throws Exception {
        for (byte[] content : List.of(new byte[0], entropy.bytes(PayloadLayout.CHUNK_BYTES), plain)) {
            byte[] file = seal(content, hybrid.recipient());

            assertThat(JsAge.decrypt(file, file(hybrid.exportText()))).isEqualTo(content);
        }
    }

    @Test
    void weOpenTheHybridFilesThatItSealed() throws Exception {
        for (byte[] content : List.of(new byte[0], entropy.bytes(PayloadLayout.CHUNK_BYTES), plain)) {
            byte[] file = JsAge.encrypt(content, hybrid.recipient().toString());

            assertThat(Header.parse(new ByteArrayInputStream(file)).stanzas())
                    .extracting(Stanza::type)
                    .containsExactly("mlkem768x25519");
            assertThat(open(file, hybrid)).isEqualTo(content);
        }
    }

    @Test
    void eitherOpensWithIdentitiesThatTheOtherMade() throws Exception {
        List<String> made = JsAge.identity("hybrid");
        HybridIdentity identity = HybridIdentity.parse(made.get(0));

        assertThat(identity.recipient()).hasToString(made.get(1));
        assertThat(open(JsAge.encrypt(plain, made.get(1)), identity)).isEqualTo(plain);
        assertThat(JsAge.decrypt(seal(plain, HybridRecipient.parse(made.get(1))), file(made.get(0))))
                .isEqualTo(plain);
    }

    @Test
    void everyHybridRecipientOfAFileOpensIt() throws Exception {
        List<String> made = JsAge.identity("hybrid");

        byte[] file = seal(plain, hybrid.recipient(), HybridRecipient.parse(made.get(1)));

        assertThat(JsAge.decrypt(file, file(made.get(0)))).isEqualTo(plain);
        assertThat(JsAge.decrypt(file, file(hybrid.exportText()))).isEqualTo(plain);
        assertThat(open(file, hybrid)).isEqualTo(plain);
    }

    @Test
    void x25519FilesGoBothWays() throws Exception {
        List<String> made = JsAge.identity("x25519");

        assertThat(JsAge.decrypt(seal(plain, classic.recipient()), file(classic.exportText())))
                .isEqualTo(plain);
        assertThat(open(JsAge.encrypt(plain, classic.recipient().toString()), classic))
                .isEqualTo(plain);
        X25519Identity identity = X25519Identity.parse(made.get(0));
        assertThat(identity.recipient()).hasToString(made.get(1));
        assertThat(open(JsAge.encrypt(plain, made.get(1)), identity)).isEqualTo(plain);
    }

    private byte[] seal(byte[] content, Recipient... recipients) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PayloadWriter writer = AgeFile.seal(List.of(recipients), entropy, out)) {
            writer.write(content);
            writer.finish();
        }
        return out.toByteArray();
    }

    private static byte[] open(byte[] file, Identity identity) throws IOException {
        return AgeFile.open(List.of(identity), new ByteArrayInputStream(file)).readAllBytes();
    }

    private Path file(String identity) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "identity", ".txt"), identity + "\n");
    }
}

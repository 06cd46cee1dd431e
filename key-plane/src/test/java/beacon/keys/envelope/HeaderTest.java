package beacon.keys.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HeaderTest {
    private final Entropy entropy = new TestEntropy(11);
    private final X25519Identity alice = X25519Identity.generate(entropy);
    private final X25519Identity bob = X25519Identity.generate(entropy);
    private final FileKey fileKey = FileKey.generate(entropy);

    @Test
    void everyRecipientUnwrapsTheSameKey() {
        Header header = Header.wrap(fileKey, List.of(alice.recipient(), bob.recipient()), entropy);

        Header read = Header.parse(header.encode());

        assertThat(read).isEqualTo(header);
        assertThat(read.unwrap(List.of(alice)).copyBytes()).isEqualTo(fileKey.copyBytes());
        assertThat(read.unwrap(List.of(bob)).copyBytes()).isEqualTo(fileKey.copyBytes());
    }

    @Test
    void hybridRecipientsUnwrapTheKey() {
        HybridIdentity carol = HybridIdentity.generate(entropy);

        Header header = Header.wrap(
                fileKey, List.of(HybridRecipient.parse(carol.recipient().toString())), entropy);

        assertThat(header.unwrap(List.of(alice, HybridIdentity.parse(carol.exportText())))
                        .copyBytes())
                .isEqualTo(fileKey.copyBytes());
    }

    @Test
    void aPassphraseUnwrapsTheKeyAndAnotherDoesNot() {
        ScryptRecipient recipient = ScryptRecipient.of("correct horse \u00e9\ud83d\udd11".toCharArray(), 10);

        Header header = Header.wrap(fileKey, List.of(recipient), entropy);

        assertThat(header.unwrap(List.of(ScryptIdentity.of("correct horse \u00e9\ud83d\udd11".toCharArray())))
                        .copyBytes())
                .isEqualTo(fileKey.copyBytes());
        assertThatThrownBy(() -> header.unwrap(List.of(ScryptIdentity.of("wrong".toCharArray()))))
                .isInstanceOf(AgeException.NoMatch.class);
    }

    @Test
    void aHeaderOfAnotherFileIsRefusedByItsMac() {
        Header header = Header.wrap(fileKey, List.of(alice.recipient()), entropy);
        Header other = Header.wrap(FileKey.generate(entropy), List.of(alice.recipient()), entropy);

        Header transplanted = new Header(header.stanzas(), other.mac());

        assertThatThrownBy(() -> transplanted.unwrap(List.of(alice))).isInstanceOf(AgeException.BadMac.class);
    }

    @Test
    void aSwappedHeaderDoesNotOpenThePayload() throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        PayloadWriter writer = new PayloadWriter(fileKey, entropy, payload);
        writer.write(new byte[100]);
        writer.finish();
        Header swapped = Header.wrap(FileKey.generate(entropy), List.of(alice.recipient()), entropy);

        FileKey wrong = swapped.unwrap(List.of(alice));

        PayloadReader reader =
                new PayloadReader(wrong, writer.nonce().toByteArray(), new ByteArrayInputStream(payload.toByteArray()));
        assertThatThrownBy(reader::readAllBytes).isInstanceOf(AgeException.BadPayload.class);
    }

    @Test
    void recipientsOfDifferentStrengthShareNoHeader() {
        Recipient hybrid = HybridIdentity.generate(entropy).recipient();
        Recipient passphrase = ScryptRecipient.of("p".toCharArray(), 4);

        for (List<Recipient> mixture : List.of(
                List.of(alice.recipient(), hybrid),
                List.of(passphrase, alice.recipient()),
                List.of(passphrase, passphrase))) {
            assertThatThrownBy(() -> Header.wrap(fileKey, mixture, entropy))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anEndlessHeaderIsRefusedAfterItsBound() {
        InputStream endless = new SequenceInputStream(
                new ByteArrayInputStream("age-encryption.org/v1\n-> X ".getBytes(StandardCharsets.US_ASCII)),
                new InputStream() {
                    @Override
                    public int read() {
                        return 'A';
                    }
                });

        assertThatThrownBy(() -> Header.parse(endless))
                .isInstanceOf(AgeException.BadHeader.class)
                .hasMessageContaining(String.valueOf(Header.MAX_BYTES));
    }

    @Property(tries = 2000)
    void parsesOrRefusesAnything(@ForAll byte[] tail) throws IOException {
        byte[] start = "age-encryption.org/v1\n-> X25519 ".getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(start);
        bytes.write(tail);

        List<Header> parsed = new ArrayList<>();
        try {
            parsed.add(Header.parse(bytes.toByteArray()));
        } catch (AgeException refused) {
            assertThat(refused).isInstanceOf(AgeException.BadHeader.class);
        }

        parsed.forEach(header -> assertThat(header.encode()).isEqualTo(bytes.toByteArray()));
    }

    @Test
    void noSecretStandsInAnyText() {
        String secret = alice.exportText();

        assertThat(alice.toString()).doesNotContain(secret.substring(20));
        assertThat(fileKey.toString()).isEqualTo("FileKey[hidden]");
        assertThatThrownBy(() -> X25519Identity.parse(secret.replace('Q', 'P') + "Q"))
                .hasMessageNotContaining(secret.substring(20, 30));
    }

    @Test
    void armorKeepsEveryLength() throws IOException {
        for (int size = 0; size < 200; size++) {
            byte[] content = entropy.bytes(size);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (ArmorWriter armor = new ArmorWriter(out)) {
                armor.write(content);
            }

            assertThat(new ArmorReader(new ByteArrayInputStream(out.toByteArray())).readAllBytes())
                    .isEqualTo(content);
        }
    }
}

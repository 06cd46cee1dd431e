package beacon.keys.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.AgeTool;
import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stock tool opens our files, and we open its files. */
class AgeInteropIT {
    private final Entropy entropy = new TestEntropy(5);
    private final X25519Identity identity = X25519Identity.generate(entropy);
    private final byte[] plain = entropy.bytes(300_000);

    @TempDir
    Path directory;

    @BeforeEach
    void installed() {
        AgeTool.expectInstalled();
    }

    @Test
    void theToolOpensWhatWeSealed() throws Exception {
        byte[] opened = AgeTool.run(sealed(false), "-d", "-i", identityFile().toString());

        assertThat(opened).isEqualTo(plain);
    }

    @Test
    void theToolOpensOurArmor() throws Exception {
        byte[] opened = AgeTool.run(sealed(true), "-d", "-i", identityFile().toString());

        assertThat(opened).isEqualTo(plain);
    }

    @Test
    void weOpenWhatTheToolSealed() throws Exception {
        byte[] file = AgeTool.run(plain, "-r", identity.recipient().toString());

        assertThat(AgeFile.open(List.of(identity), new ByteArrayInputStream(file))
                        .readAllBytes())
                .isEqualTo(plain);
    }

    @Test
    void weOpenTheToolsArmor() throws Exception {
        byte[] file = AgeTool.run(plain, "-a", "-r", identity.recipient().toString());

        assertThat(AgeFile.open(List.of(identity), new ArmorReader(new ByteArrayInputStream(file)))
                        .readAllBytes())
                .isEqualTo(plain);
    }

    @Test
    void theToolOpensAFileWhoseHeaderWasReplaced() throws Exception {
        X25519Identity first = X25519Identity.generate(entropy);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        FileKey fileKey = FileKey.generate(entropy);
        Header old = Header.wrap(fileKey, List.of(first.recipient()), entropy);
        PayloadWriter writer = new PayloadWriter(fileKey, entropy, payload);
        writer.nonce().writeTo(payload);
        writer.write(plain);
        writer.finish();

        Header rewrapped = Header.wrap(old.unwrap(List.of(first)), List.of(identity.recipient()), entropy);

        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(rewrapped.encode());
        payload.writeTo(file);
        assertThat(AgeTool.run(file.toByteArray(), "-d", "-i", identityFile().toString()))
                .isEqualTo(plain);
    }

    private byte[] sealed(boolean armored) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PayloadWriter writer =
                AgeFile.seal(List.of(identity.recipient()), entropy, armored ? new ArmorWriter(out) : out)) {
            writer.write(plain);
            writer.finish();
        }
        return out.toByteArray();
    }

    private Path identityFile() throws Exception {
        return Files.writeString(directory.resolve("identity.txt"), identity.exportText() + "\n");
    }
}

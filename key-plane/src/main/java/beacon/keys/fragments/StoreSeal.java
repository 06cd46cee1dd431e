package beacon.keys.fragments;

import beacon.keys.Entropy;
import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.AgeFile;
import beacon.keys.envelope.HybridIdentity;
import beacon.keys.envelope.Identity;
import beacon.keys.envelope.PayloadReader;
import beacon.keys.envelope.PayloadWriter;
import beacon.keys.envelope.Recipient;
import beacon.keys.envelope.ScryptIdentity;
import beacon.keys.envelope.ScryptRecipient;
import beacon.keys.envelope.X25519Identity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * How a store's keys are sealed on disk: as an age file to a passphrase, an X25519 or a hybrid identity. It is kept in
 * memory while the store is open, because every deletion seals anew.
 */
public record StoreSeal(List<Recipient> recipients, List<Identity> identities) {
    public StoreSeal {
        recipients = List.copyOf(recipients);
        identities = List.copyOf(identities);
    }

    /** The work factor is the binary logarithm of scrypt's N. */
    public static StoreSeal passphrase(char[] passphrase, int workFactor) {
        return new StoreSeal(
                List.of(ScryptRecipient.of(passphrase, workFactor)), List.of(ScryptIdentity.of(passphrase)));
    }

    public static StoreSeal x25519(X25519Identity identity) {
        return new StoreSeal(List.of(identity.recipient()), List.of(identity));
    }

    public static StoreSeal hybrid(HybridIdentity identity) {
        return new StoreSeal(List.of(identity.recipient()), List.of(identity));
    }

    /** Seals a small secret; the caller wipes the plaintext. */
    public byte[] seal(byte[] plain, Entropy entropy) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PayloadWriter writer = AgeFile.seal(recipients, entropy, out)) {
            writer.write(plain);
            writer.finish();
        }
        return out.toByteArray();
    }

    /** The plaintext; the caller wipes it. */
    public byte[] open(byte[] sealed) throws IOException {
        try (PayloadReader reader = AgeFile.open(identities, new ByteArrayInputStream(sealed))) {
            return reader.readAllBytes();
        } catch (AgeException.NoMatch | AgeException.BadMac wrong) {
            throw new FragmentStoreException.WrongSeal(wrong);
        } catch (AgeException damaged) {
            throw new FragmentStoreException.Damaged("the key file");
        }
    }

    @Override
    public String toString() {
        return "StoreSeal[hidden]";
    }
}

package beacon.keys.envelope;

import beacon.keys.Entropy;
import beacon.keys.primitives.Hmac;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The wraps of one file key. Lives in an event on the log, outside every block; replacing it (rewrapping) leaves the
 * payload and its CIDs alone. Parsing is strict, so that printing gives back the very bytes that were parsed.
 */
public record Header(List<Stanza> stanzas, ByteString mac) {
    /** Largest header that is read: room for more than a hundred hybrid recipients. */
    public static final int MAX_BYTES = 256 * 1024;

    static final String VERSION_LINE = "age-encryption.org/v1";
    static final int MAC_BYTES = 32;

    public Header {
        stanzas = List.copyOf(stanzas);
        if (stanzas.isEmpty()) {
            throw new AgeException.BadHeader("expected a stanza, but found none");
        }
        if (mac.size() != MAC_BYTES) {
            throw new AgeException.BadHeader(
                    "expected a MAC of %d bytes, but found %d".formatted(MAC_BYTES, mac.size()));
        }
    }

    /** Reads exactly the header and leaves the stream at the payload. Give it a buffered stream. */
    public static Header parse(InputStream in) throws IOException {
        return new HeaderReader(in).read();
    }

    /** Reads a header that fills the array. */
    public static Header parse(byte[] bytes) {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        try {
            Header header = parse(in);
            if (in.available() > 0) {
                throw new AgeException.BadHeader("expected the end, but found %d more bytes".formatted(in.available()));
            }
            return header;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Wraps a file key for all recipients. */
    public static Header wrap(FileKey fileKey, List<? extends Recipient> recipients, Entropy entropy) {
        expectCompatible(recipients);
        List<Stanza> stanzas = new ArrayList<>();
        for (Recipient recipient : recipients) {
            stanzas.addAll(recipient.wrap(fileKey, entropy));
        }
        return seal(fileKey, stanzas);
    }

    /** Puts the MAC under stanzas that were made elsewhere. */
    public static Header seal(FileKey fileKey, List<Stanza> stanzas) {
        return new Header(stanzas, computeMac(fileKey, stanzas));
    }

    /**
     * The file key, once the header is known to be the one it was wrapped into.
     *
     * @throws AgeException.NoMatch when no identity opens a stanza
     * @throws AgeException.BadMac when the header was changed
     */
    public FileKey unwrap(List<? extends Identity> identities) {
        boolean passphrase = stanzas.stream().anyMatch(stanza -> stanza.type().equals(ScryptStanza.TYPE));
        if (passphrase && stanzas.size() > 1) {
            throw new AgeException.BadHeader(
                    "expected a passphrase stanza alone, but found %d stanzas".formatted(stanzas.size()));
        }
        for (Identity identity : identities) {
            Optional<FileKey> fileKey = identity.unwrap(stanzas);
            if (fileKey.isPresent()) {
                return verify(fileKey.get());
            }
        }
        throw new AgeException.NoMatch(stanzas.size(), identities.size());
    }

    /**
     * Gives the key back when this header's MAC was made with it; otherwise wipes it.
     *
     * @throws AgeException.BadMac when it was not
     */
    public FileKey verify(FileKey fileKey) {
        if (!MessageDigest.isEqual(computeMac(fileKey, stanzas).toByteArray(), mac.toByteArray())) {
            fileKey.close();
            throw new AgeException.BadMac();
        }
        return fileKey;
    }

    /** The bytes that stand before the payload. */
    public byte[] encode() {
        String text = unsealed(stanzas) + " " + CanonicalBase64.encode(mac.toByteArray()) + "\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteString computeMac(FileKey fileKey, List<Stanza> stanzas) {
        byte[] macKey = fileKey.macKey();
        try {
            return ByteString.copyFrom(Hmac.sha256(macKey, unsealed(stanzas).getBytes(StandardCharsets.US_ASCII)));
        } finally {
            Arrays.fill(macKey, (byte) 0);
        }
    }

    private static String unsealed(List<Stanza> stanzas) {
        StringBuilder text = new StringBuilder(VERSION_LINE).append('\n');
        stanzas.forEach(stanza -> stanza.print(text));
        return text.append("---").toString();
    }

    private static void expectCompatible(List<? extends Recipient> recipients) {
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("expected a recipient, but found none");
        }
        Recipient.Strength first = recipients.get(0).strength();
        boolean alone = first != Recipient.Strength.PASSPHRASE || recipients.size() == 1;
        if (!alone || !recipients.stream().allMatch(recipient -> recipient.strength() == first)) {
            throw new IllegalArgumentException(
                    "expected recipients of one strength, and a passphrase alone, but found a mixture");
        }
    }
}

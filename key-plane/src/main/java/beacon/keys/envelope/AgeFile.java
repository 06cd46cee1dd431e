package beacon.keys.envelope;

import beacon.keys.Entropy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Both parts together, header ‖ nonce ‖ payload: what any {@code age} reads and writes. */
public final class AgeFile {
    private AgeFile() {}

    /** Writes header and nonce to {@code out}; the rest goes through the writer, which must be finished. */
    public static PayloadWriter seal(List<? extends Recipient> recipients, Entropy entropy, OutputStream out)
            throws IOException {
        try (FileKey fileKey = FileKey.generate(entropy)) {
            out.write(Header.wrap(fileKey, recipients, entropy).encode());
            PayloadWriter writer = new PayloadWriter(fileKey, entropy, out);
            writer.nonce().writeTo(out);
            return writer;
        }
    }

    /** Reads the header, checks it, and gives the plaintext. Give it a buffered stream. */
    public static PayloadReader open(List<? extends Identity> identities, InputStream in) throws IOException {
        Header header = Header.parse(in);
        try (FileKey fileKey = header.unwrap(identities)) {
            byte[] nonce = in.readNBytes(PayloadLayout.NONCE_BYTES);
            if (nonce.length < PayloadLayout.NONCE_BYTES) {
                // The test kit counts the nonce to the header.
                throw new AgeException.BadHeader("expected a nonce of %d bytes, but found %d"
                        .formatted(PayloadLayout.NONCE_BYTES, nonce.length));
            }
            return new PayloadReader(fileKey, nonce, in);
        }
    }
}

package beacon.keys.custody;

import beacon.keys.primitives.Sha512;
import beacon.keys.shares.Point;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What all parties of a ceremony agree on before it starts. Its context binds every proof, key and signature of the
 * ceremony to this session, these parties in this order, and the suite.
 *
 * @param id unique to the session, 1 to 64 bytes
 * @param threshold parties that together decrypt
 * @param parties static public keys; the index of a party is its place, from 1
 * @param extension anything else the certificate covers, at most 4,096 bytes
 */
public record Session(ByteString id, int threshold, List<Point> parties, ByteString extension) {
    /** Most parties of one ceremony. */
    public static final int MAX_PARTIES = 64;

    private static final int MAX_ID_BYTES = 64;
    private static final int MAX_EXTENSION_BYTES = 4096;
    private static final byte[] SUITE = "COCKTAIL(Ed25519, SHA-512)".getBytes(StandardCharsets.US_ASCII);

    public Session {
        parties = List.copyOf(parties);
        expectParties(id, threshold, parties);
        if (extension.size() > MAX_EXTENSION_BYTES) {
            throw new IllegalArgumentException("expected an extension of at most %d bytes, but found %d"
                    .formatted(MAX_EXTENSION_BYTES, extension.size()));
        }
    }

    /** The rules for any set of parties that is to hold shares. */
    static void expectParties(ByteString id, int threshold, List<Point> parties) {
        if (id.isEmpty() || id.size() > MAX_ID_BYTES) {
            throw new IllegalArgumentException(
                    "expected a session id of 1 to %d bytes, but found %d".formatted(MAX_ID_BYTES, id.size()));
        }
        if (parties.isEmpty() || parties.size() > MAX_PARTIES || threshold < 1 || threshold > parties.size()) {
            throw new IllegalArgumentException("expected a threshold from 1 to n, and n at most %d, but found %d of %d"
                    .formatted(MAX_PARTIES, threshold, parties.size()));
        }
        if (parties.stream().distinct().count() != parties.size()) {
            throw new IllegalArgumentException("expected distinct party keys, but found one twice");
        }
        if (!parties.stream().allMatch(point -> !point.isIdentity() && point.isTorsionFree())) {
            throw new IllegalArgumentException("expected party keys of prime order, but found another one");
        }
    }

    public int size() {
        return parties.size();
    }

    /** Static public key of a party. */
    public Point party(int index) {
        return parties.get(index - 1);
    }

    boolean hasParty(int index) {
        return index >= 1 && index <= parties.size();
    }

    /** The construction that the specification recommends. */
    byte[] context() {
        Sha512 hash = Sha512.plain()
                .raw("COCKTAIL-DKG-CONTEXT".getBytes(StandardCharsets.US_ASCII))
                .raw(bigEndian(id.size()))
                .raw(id.toByteArray())
                .raw(bigEndian(SUITE.length))
                .raw(SUITE)
                .raw(littleEndian(parties.size()));
        parties.forEach(point -> hash.raw(point.encode()));
        return hash.digest();
    }

    /** What every party signs at the end. */
    byte[] transcript(List<Contribution> contributions) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] context = context();
        out.writeBytes(Sha512.littleEndian(SUITE.length));
        out.writeBytes(SUITE);
        out.writeBytes(Sha512.littleEndian(context.length));
        out.writeBytes(context);
        out.writeBytes(littleEndian(parties.size()));
        out.writeBytes(littleEndian(threshold));
        parties.forEach(point -> out.writeBytes(point.encode()));
        contributions.forEach(c -> out.writeBytes(c.commitments().encode()));
        contributions.forEach(c -> out.writeBytes(c.possession().toByteArray()));
        contributions.forEach(c -> out.writeBytes(c.ephemeral().encode()));
        out.writeBytes(Sha512.littleEndian(extension.size()));
        out.writeBytes(extension.toByteArray());
        return out.toByteArray();
    }

    private static byte[] littleEndian(int number) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
    }

    private static byte[] bigEndian(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}

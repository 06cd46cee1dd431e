package beacon.keys.custody;

import beacon.keys.primitives.Sha512;
import beacon.keys.proofs.Schnorr;
import beacon.keys.shares.Commitments;
import beacon.keys.shares.Point;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One party's part in a ceremony (msg1 of COCKTAIL-DKG), or one holder's in a resharing.
 *
 * @param possession proof that the constant term of the commitments is known; of a dealer, its signature
 * @param sealedShares one for each receiver, in order
 */
public record Contribution(
        Commitments commitments, ByteString possession, Point ephemeral, List<ByteString> sealedShares)
        implements CeremonyMessage {
    public Contribution {
        sealedShares = List.copyOf(sealedShares);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.contributed(this);
    }

    /** What the proof of possession signs. */
    static byte[] claim(byte[] context, Commitments commitments, Point ephemeral) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(context);
        out.writeBytes(commitments.encode());
        out.writeBytes(ephemeral.encode());
        return out.toByteArray();
    }

    ByteString hash(byte[] context) {
        byte[] digest = Sha512.of("beacon/ceremony/announced/v1")
                .field(context)
                .field(encode())
                .digest(32);
        return ByteString.copyFrom(digest);
    }

    /** The wire format of the specification: points, proof, ephemeral key, then each share with its length. */
    public byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(commitments.encode());
        out.writeBytes(possession.toByteArray());
        out.writeBytes(ephemeral.encode());
        for (ByteString sealed : sealedShares) {
            out.writeBytes(
                    ByteBuffer.allocate(Long.BYTES).putLong(sealed.size()).array());
            out.writeBytes(sealed.toByteArray());
        }
        return out.toByteArray();
    }

    /** Reads exactly {@code terms} commitments and {@code receivers} shares; empty when the bytes are not that. */
    public static Optional<Contribution> decode(byte[] encoding, int terms, int receivers) {
        ByteBuffer in = ByteBuffer.wrap(encoding);
        try {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < terms; i++) {
                points.add(readPoint(in));
            }
            ByteString possession = readBytes(in, Schnorr.BYTES);
            Point ephemeral = readPoint(in);
            List<ByteString> sealed = new ArrayList<>();
            for (int i = 0; i < receivers; i++) {
                if (in.getLong() != ShareSealing.SEALED_BYTES) {
                    return Optional.empty();
                }
                sealed.add(readBytes(in, ShareSealing.SEALED_BYTES));
            }
            Contribution read = new Contribution(new Commitments(points), possession, ephemeral, sealed);
            return in.hasRemaining() ? Optional.empty() : Optional.of(read);
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static Point readPoint(ByteBuffer in) {
        return Point.decodePrimeOrder(readBytes(in, Point.BYTES).toByteArray())
                .orElseThrow(() -> new IllegalArgumentException("expected a point of prime order"));
    }

    private static ByteString readBytes(ByteBuffer in, int size) {
        byte[] bytes = new byte[size];
        in.get(bytes);
        return ByteString.copyFrom(bytes);
    }
}

package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.primitives.Sha512;
import beacon.keys.primitives.XChaChaPoly;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Seals one share from one party to another, under two agreements: the sender's ephemeral key and the sender's static
 * key, each with the receiver's static key. The agreed points enter the hash in their RFC 8032 encoding, as the
 * published vectors have it (the text of the specification says otherwise).
 */
final class ShareSealing {
    /** A scalar and a tag; we send no application payload and take none. */
    static final int SEALED_BYTES = Scalar.BYTES + 16;

    private static final byte[] PREFIX = "COCKTAIL-DKG-Ed25519-SHA512-H6".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_AAD = new byte[0];
    private static final int KEY_BYTES = 32;

    private ShareSealing() {}

    /** Public data of one direction. */
    record Route(Point ephemeral, Point sender, Point receiver, ByteString context) {}

    static ByteString seal(Scalar share, Scalar ephemeral, Scalar sender, Route route, Entropy entropy) {
        byte[] derived = derive(
                route.receiver().times(ephemeral, entropy), route.receiver().times(sender, entropy), route);
        byte[] plain = share.encode();
        byte[] sealed = XChaChaPoly.seal(
                Arrays.copyOf(derived, KEY_BYTES),
                Arrays.copyOfRange(derived, KEY_BYTES, KEY_BYTES + XChaChaPoly.NONCE_BYTES),
                NO_AAD,
                plain);
        Arrays.fill(plain, (byte) 0);
        Arrays.fill(derived, (byte) 0);
        return ByteString.copyFrom(sealed);
    }

    /** Empty when it does not decrypt, or not to a canonical scalar. */
    static Optional<Scalar> open(ByteString sealed, Scalar receiver, Route route, Entropy entropy) {
        byte[] derived = derive(
                route.ephemeral().times(receiver, entropy), route.sender().times(receiver, entropy), route);
        Optional<byte[]> plain = XChaChaPoly.open(
                Arrays.copyOf(derived, KEY_BYTES),
                Arrays.copyOfRange(derived, KEY_BYTES, KEY_BYTES + XChaChaPoly.NONCE_BYTES),
                NO_AAD,
                sealed.toByteArray());
        Arrays.fill(derived, (byte) 0);
        return plain.flatMap(bytes -> {
            Optional<Scalar> share = Scalar.decode(bytes);
            Arrays.fill(bytes, (byte) 0);
            return share;
        });
    }

    private static byte[] derive(Point ephemeralAgreed, Point staticAgreed, Route route) {
        return Sha512.plain()
                .raw(PREFIX)
                .raw(ephemeralAgreed.encode())
                .raw(staticAgreed.encode())
                .raw(route.ephemeral().encode())
                .raw(route.sender().encode())
                .raw(route.receiver().encode())
                .field(route.context().toByteArray())
                .digest();
    }
}

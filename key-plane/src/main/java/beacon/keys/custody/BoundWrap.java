package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Stanza;
import beacon.keys.envelope.X25519Stanza;
import beacon.keys.primitives.Sha512;
import beacon.keys.proofs.Binding;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A wrap as our own writers make it: an ordinary X25519 stanza to the organisation key, and a proof that binds it to its
 * writer, policy and artifact. Custodians answer for a wrap only when the proof holds.
 */
public record BoundWrap(Stanza stanza, ByteString binding) {
    /**
     * What a wrap is bound to.
     *
     * @param nonce unique to the wrap, so that equal artifacts have unequal wraps
     */
    public record Terms(String organisation, ByteString keyId, String writer, String policy, ByteString nonce) {
        private ByteString label(Stanza stanza) {
            return ByteString.copyFrom(Sha512.of("beacon/wrap/v1")
                    .field(organisation.getBytes(StandardCharsets.UTF_8))
                    .field(keyId.toByteArray())
                    .field(writer.getBytes(StandardCharsets.UTF_8))
                    .field(policy.getBytes(StandardCharsets.UTF_8))
                    .field(nonce.toByteArray())
                    .field(stanza.body().toByteArray())
                    .digest());
        }
    }

    /** Wraps a file key for an organisation. */
    public static BoundWrap make(FileKey fileKey, OrgKey key, Terms terms, Entropy entropy) {
        Scalar ephemeral = Scalar.random(entropy);
        Point share = Point.baseTimes(ephemeral, entropy);
        // Custodians lift the share to the point with even x; the proof must be about that one.
        boolean odd = share.encode()[Point.BYTES - 1] < 0;
        Scalar exponent = odd ? ephemeral.negate() : ephemeral;
        Point evenShare = odd ? share.negate() : share;
        byte[] secret = key.publicKey().times(exponent, entropy).toMontgomery();
        byte[] recipient = key.recipient().publicKey().toByteArray();
        Stanza stanza = X25519Stanza.seal(fileKey, secret, evenShare.toMontgomery(), recipient);
        Binding binding = Binding.prove(exponent, evenShare, terms.label(stanza), entropy);
        exponent.wipe();
        ephemeral.wipe();
        return new BoundWrap(stanza, ByteString.copyFrom(binding.encode()));
    }

    /** True when whoever made the stanza made it under these terms, knowing the secret of its share. */
    public boolean verifies(Terms terms) {
        X25519Stanza parsed = X25519Stanza.parse(stanza);
        Optional<Point> share = Point.fromMontgomery(parsed.share().toByteArray())
                .filter(point -> !point.isIdentity() && point.isTorsionFree());
        Optional<Binding> proof = Binding.decode(binding.toByteArray());
        return share.isPresent() && proof.isPresent() && proof.get().verifies(share.get(), terms.label(stanza));
    }
}

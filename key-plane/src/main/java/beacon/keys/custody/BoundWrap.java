package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Stanza;
import beacon.keys.envelope.X25519Stanza;
import com.google.protobuf.ByteString;

/**
 * A wrap as our own writers make it: an ordinary X25519 stanza to the organisation key, and a proof that binds it to its
 * writer, policy and artifact. Custodians answer for a wrap only when the proof holds.
 */
public record BoundWrap(Stanza stanza, ByteString binding) {
    /** Wraps a file key for an organisation. */
    public static BoundWrap make(FileKey fileKey, OrgKey key, WrapTerms terms, Entropy entropy) {
        try (WrapShare share = WrapShare.fresh(entropy)) {
            byte[] secret = share.secretWith(key, entropy);
            byte[] recipient = key.recipient().publicKey().toByteArray();
            Stanza stanza = X25519Stanza.seal(fileKey, secret, share.encoded(), recipient);
            return new BoundWrap(stanza, share.bind(label(stanza, terms), entropy));
        }
    }

    /** True when whoever made the stanza made it under these terms, knowing the secret of its share. */
    public boolean verifies(WrapTerms terms) {
        byte[] share = X25519Stanza.parse(stanza).share().toByteArray();
        return WrapShare.isBound(share, binding, label(stanza, terms));
    }

    private static ByteString label(Stanza stanza, WrapTerms terms) {
        byte[] body = stanza.body().toByteArray();
        return ByteString.copyFrom(terms.hash("beacon/wrap/v1").field(body).digest());
    }
}

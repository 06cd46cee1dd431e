package beacon.keys.custody;

import beacon.keys.primitives.Sha512;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/**
 * What a wrap is bound to, beside its bytes.
 *
 * @param keyId the organisation key it is for
 * @param nonce unique to the wrap, so that equal artifacts have unequal wraps
 */
public record WrapTerms(String organisation, ByteString keyId, String writer, String policy, ByteString nonce) {
    /** A hash that names the use and starts with all terms. */
    Sha512 hash(String use) {
        return Sha512.of(use)
                .field(organisation.getBytes(StandardCharsets.UTF_8))
                .field(keyId.toByteArray())
                .field(writer.getBytes(StandardCharsets.UTF_8))
                .field(policy.getBytes(StandardCharsets.UTF_8))
                .field(nonce.toByteArray());
    }
}

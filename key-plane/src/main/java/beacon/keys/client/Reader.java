package beacon.keys.client;

import beacon.keys.authority.Authority;
import beacon.keys.opening.OpenRequest;
import beacon.keys.signatures.Signature;
import beacon.keys.signatures.SignedStatement;
import beacon.keys.signatures.SubjectKey;
import java.util.List;
import java.util.Optional;

/**
 * Who opens, beside the certificate: the key of a subject, its claims, and approvals of others.
 *
 * @param key empty where custodians go by certificates alone
 */
public record Reader(
        Optional<SubjectKey> key, List<SignedStatement> claims, List<SignedStatement> approvals, String purpose) {
    public Reader {
        claims = List.copyOf(claims);
        approvals = List.copyOf(approvals);
    }

    /** Nobody but the bearer of the certificate. */
    public static Reader ofCertificate(String purpose) {
        return new Reader(Optional.empty(), List.of(), List.of(), purpose);
    }

    List<Signature> sign(OpenRequest request) {
        return key.map(subject -> List.of(subject.sign(Authority.REQUEST_USE, request.encoded())))
                .orElse(List.of());
    }
}

package beacon.keys.authority;

import beacon.keys.signatures.SignatureCodec;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.Optional;

/** Claims, approvals and revocations to the bytes that are signed, and back. */
public final class StatementCodec {
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_WORDS = 64;

    private StatementCodec() {}

    /** The bytes of a claim. */
    public static ByteString encode(RoleClaim claim) {
        return beacon.proto.v1.RoleClaim.newBuilder()
                .setClaimId(claim.id())
                .setOrganisation(claim.organisation())
                .setSubject(claim.subject())
                .setRole(claim.role())
                .addAllActions(claim.actions())
                .addAllPolicies(claim.policies())
                .setNotBeforeUnixMillis(claim.notBefore().toEpochMilli())
                .setNotAfterUnixMillis(claim.notAfter().toEpochMilli())
                .build()
                .toByteString();
    }

    /** Reads a claim; empty when the bytes are none. */
    public static Optional<RoleClaim> claim(ByteString bytes) {
        return parse(bytes, beacon.proto.v1.RoleClaim.parser())
                .filter(claim -> claim.getClaimId().size() == RoleClaim.ID_BYTES)
                .filter(claim -> claim.getActionsCount() <= MAX_WORDS && claim.getPoliciesCount() <= MAX_WORDS)
                .map(claim -> new RoleClaim(
                        claim.getClaimId(),
                        claim.getOrganisation(),
                        claim.getSubject(),
                        claim.getRole(),
                        claim.getActionsList(),
                        claim.getPoliciesList(),
                        Instant.ofEpochMilli(claim.getNotBeforeUnixMillis()),
                        Instant.ofEpochMilli(claim.getNotAfterUnixMillis())));
    }

    /** The bytes of an approval. */
    public static ByteString encode(Approval approval) {
        return beacon.proto.v1.Approval.newBuilder()
                .setOrganisation(approval.organisation())
                .setSubject(approval.subject())
                .setPolicy(approval.policy())
                .setNotAfterUnixMillis(approval.notAfter().toEpochMilli())
                .setClaim(SignatureCodec.encode(approval.claim()))
                .build()
                .toByteString();
    }

    /** Reads an approval; empty when the bytes are none. */
    public static Optional<Approval> approval(ByteString bytes) {
        return parse(bytes, beacon.proto.v1.Approval.parser())
                .map(approval -> new Approval(
                        approval.getOrganisation(),
                        approval.getSubject(),
                        approval.getPolicy(),
                        Instant.ofEpochMilli(approval.getNotAfterUnixMillis()),
                        SignatureCodec.decode(approval.getClaim())));
    }

    /** The bytes of a revocation. */
    public static ByteString encode(Revocation revocation) {
        return beacon.proto.v1.Revocation.newBuilder()
                .setOrganisation(revocation.organisation())
                .setClaimId(revocation.claimId())
                .setKeyId(revocation.keyId())
                .setReason(revocation.reason())
                .setIssuedUnixMillis(revocation.issued().toEpochMilli())
                .build()
                .toByteString();
    }

    /** Reads a revocation; empty when the bytes are none. */
    public static Optional<Revocation> revocation(ByteString bytes) {
        return parse(bytes, beacon.proto.v1.Revocation.parser())
                .map(revocation -> new Revocation(
                        revocation.getOrganisation(),
                        revocation.getClaimId(),
                        revocation.getKeyId(),
                        revocation.getReason(),
                        Instant.ofEpochMilli(revocation.getIssuedUnixMillis())));
    }

    private static <T> Optional<T> parse(ByteString bytes, com.google.protobuf.Parser<T> parser) {
        if (bytes.size() > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.parseFrom(bytes));
        } catch (InvalidProtocolBufferException malformed) {
            return Optional.empty();
        }
    }
}

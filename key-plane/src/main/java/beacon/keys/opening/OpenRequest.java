package beacon.keys.opening;

import beacon.keys.custody.PartialRequest;
import beacon.keys.primitives.Hpke;
import beacon.keys.primitives.Sha512;
import beacon.keys.records.Words;
import beacon.keys.signatures.SignedStatement;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a reader asks one custodian for. All custodians of one opening get the same request id and items.
 *
 * @param encoded the bytes as they came, which the answer is bound to
 * @param seat of the custodian that is asked
 * @param replyKey X-Wing public key, fresh
 * @param claims roles of the subject
 * @param approvals of others
 */
public record OpenRequest(
        ByteString encoded,
        ByteString requestId,
        String organisation,
        ByteString keyId,
        int epoch,
        int seat,
        List<WrapItem> items,
        String purpose,
        ByteString replyKey,
        Instant issued,
        Instant expires,
        List<SignedStatement> claims,
        List<SignedStatement> approvals) {
    /** Bytes of a request id. */
    public static final int ID_BYTES = 16;

    /** Longest life of a request. */
    public static final Duration MAX_LIFE = Duration.ofMinutes(2);

    private static final int MAX_STATEMENTS = 8;
    private static final int MAX_PURPOSE_CHARS = 256;

    public OpenRequest {
        items = List.copyOf(items);
        claims = List.copyOf(claims);
        approvals = List.copyOf(approvals);
        require(requestId.size() == ID_BYTES, "a request id of 16 bytes");
        require(Words.isWord(organisation), "a name of an organisation");
        require(!items.isEmpty() && items.size() <= WrapItem.MAX_ITEMS, "1 to 64 wraps");
        require(replyKey.size() == Hpke.PUBLIC_KEY_BYTES, "a reply key of X-Wing");
        require(purpose.length() <= MAX_PURPOSE_CHARS, "a purpose of at most 256 characters");
        require(claims.size() <= MAX_STATEMENTS && approvals.size() <= MAX_STATEMENTS, "at most 8 statements");
    }

    private static void require(boolean condition, String expected) {
        if (!condition) {
            throw new BadRequestException("expected " + expected + " in a request, but found something else");
        }
    }

    /** What an answer's proof is bound to: this opening and this wrap, whichever custodian answers. */
    public static PartialRequest partialRequest(ByteString requestId, WrapItem item, ByteString share) {
        byte[] context = Sha512.of("beacon/open-item/v1")
                .field(requestId.toByteArray())
                .field(item.id().toByteArray())
                .digest();
        return new PartialRequest(share, ByteString.copyFrom(context));
    }

    /** What a sealed answer is bound to. */
    public static byte[] answerInfo(ByteString encodedRequest) {
        return Sha512.of("beacon/open-answer/v1")
                .field(encodedRequest.toByteArray())
                .digest();
    }
}

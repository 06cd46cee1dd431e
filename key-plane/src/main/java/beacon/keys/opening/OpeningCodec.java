package beacon.keys.opening;

import beacon.keys.custody.WrapTerms;
import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.Stanza;
import beacon.keys.signatures.SignatureCodec;
import beacon.proto.v1.BoundTerms;
import beacon.proto.v1.DecryptReply;
import beacon.proto.v1.DecryptRequest;
import beacon.proto.v1.WrapStanza;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Requests and answers to bytes and back. */
public final class OpeningCodec {
    /** Longest request that is read: 64 hybrid wraps of a few custodians. */
    public static final int MAX_BYTES = 1 << 20;

    private OpeningCodec() {}

    /** The bytes of a request; its own {@code encoded} field is not used. */
    public static ByteString encode(OpenRequest request) {
        DecryptRequest.Builder builder = DecryptRequest.newBuilder()
                .setRequestId(request.requestId())
                .setOrganisation(request.organisation())
                .setKeyId(request.keyId())
                .setEpoch(request.epoch())
                .setSeat(request.seat())
                .setPurpose(request.purpose())
                .setReplyKey(request.replyKey())
                .setIssuedUnixMillis(request.issued().toEpochMilli())
                .setExpiresUnixMillis(request.expires().toEpochMilli());
        request.items().forEach(item -> builder.addItems(encode(item)));
        request.claims().forEach(claim -> builder.addClaims(SignatureCodec.encode(claim)));
        request.approvals().forEach(approval -> builder.addApprovals(SignatureCodec.encode(approval)));
        return builder.build().toByteString();
    }

    private static beacon.proto.v1.WrapItem encode(WrapItem item) {
        beacon.proto.v1.WrapItem.Builder builder = beacon.proto.v1.WrapItem.newBuilder();
        item.stanzas()
                .forEach(stanza -> builder.addStanzas(WrapStanza.newBuilder()
                        .addAllArguments(stanza.arguments())
                        .setBody(stanza.body())));
        item.bound()
                .ifPresent(bound -> builder.setBound(BoundTerms.newBuilder()
                        .setWriter(bound.terms().writer())
                        .setPolicy(bound.terms().policy())
                        .setNonce(bound.terms().nonce())
                        .setBinding(bound.binding())));
        return builder.build();
    }

    /** Reads a request. */
    public static OpenRequest decode(ByteString encoded) {
        if (encoded.size() > MAX_BYTES) {
            throw new BadRequestException(
                    "expected a request of at most %d bytes, but found %d".formatted(MAX_BYTES, encoded.size()));
        }
        DecryptRequest request;
        try {
            request = DecryptRequest.parseFrom(encoded);
        } catch (InvalidProtocolBufferException malformed) {
            throw new BadRequestException("expected a request, but found other bytes");
        }
        if (request.getItemsCount() > WrapItem.MAX_ITEMS) {
            throw new BadRequestException("expected at most 64 wraps, but found " + request.getItemsCount());
        }
        List<WrapItem> items = request.getItemsList().stream()
                .map(item -> decode(item, request.getOrganisation(), request.getKeyId()))
                .toList();
        return new OpenRequest(
                encoded,
                request.getRequestId(),
                request.getOrganisation(),
                request.getKeyId(),
                request.getEpoch(),
                request.getSeat(),
                items,
                request.getPurpose(),
                request.getReplyKey(),
                Instant.ofEpochMilli(request.getIssuedUnixMillis()),
                Instant.ofEpochMilli(request.getExpiresUnixMillis()),
                request.getClaimsList().stream().map(SignatureCodec::decode).toList(),
                request.getApprovalsList().stream().map(SignatureCodec::decode).toList());
    }

    /** Organisation and key are those of the request: a wrap that was bound to others does not verify. */
    private static WrapItem decode(beacon.proto.v1.WrapItem item, String organisation, ByteString keyId) {
        try {
            List<Stanza> stanzas = item.getStanzasList().stream()
                    .map(stanza -> new Stanza(stanza.getArgumentsList(), stanza.getBody()))
                    .toList();
            Optional<BindingStanza> bound = Optional.empty();
            if (item.hasBound()) {
                BoundTerms terms = item.getBound();
                bound = Optional.of(new BindingStanza(
                        new WrapTerms(organisation, keyId, terms.getWriter(), terms.getPolicy(), terms.getNonce()),
                        terms.getBinding()));
            }
            return new WrapItem(stanzas, bound);
        } catch (AgeException malformed) {
            throw new BadRequestException("expected stanzas, but found something else");
        }
    }

    static ByteString pack(List<Stanza> stanzas) {
        beacon.proto.v1.WrapItem.Builder builder = beacon.proto.v1.WrapItem.newBuilder();
        stanzas.forEach(stanza -> builder.addStanzas(
                WrapStanza.newBuilder().addAllArguments(stanza.arguments()).setBody(stanza.body())));
        return builder.build().toByteString();
    }

    static List<Stanza> unpack(ByteString packed) {
        try {
            return beacon.proto.v1.WrapItem.parseFrom(packed).getStanzasList().stream()
                    .map(stanza -> new Stanza(stanza.getArgumentsList(), stanza.getBody()))
                    .toList();
        } catch (InvalidProtocolBufferException malformed) {
            throw new AgeException.BadHeader("expected packed stanzas, but found other bytes");
        }
    }

    /** Encodes answers. */
    public static byte[] encodeAnswers(List<ItemAnswer> answers) {
        DecryptReply.Builder builder = DecryptReply.newBuilder();
        answers.forEach(answer -> builder.addAnswers(beacon.proto.v1.ItemAnswer.newBuilder()
                .setPartial(answer.partial())
                .setSlotShare(answer.slotShare())
                .setRefused(answer.refused())));
        return builder.build().toByteArray();
    }

    /** Reads answers. */
    public static List<ItemAnswer> decodeAnswers(byte[] encoded) {
        try {
            return DecryptReply.parseFrom(encoded).getAnswersList().stream()
                    .map(answer -> new ItemAnswer(answer.getPartial(), answer.getSlotShare(), answer.getRefused()))
                    .toList();
        } catch (InvalidProtocolBufferException malformed) {
            throw new BadRequestException("expected answers, but found other bytes");
        }
    }
}

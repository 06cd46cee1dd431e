package beacon.keys.grpc;

import beacon.keys.authority.Caller;
import beacon.keys.custodian.Answers;
import beacon.keys.custodian.Custodian;
import beacon.keys.custodian.RefusedException;
import beacon.keys.custodian.Rituals;
import beacon.keys.records.BadRecordException;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.signatures.SignatureCodec;
import beacon.proto.v1.AdvanceRitualReply;
import beacon.proto.v1.AdvanceRitualRequest;
import beacon.proto.v1.GetCustodianReply;
import beacon.proto.v1.GetCustodianRequest;
import beacon.proto.v1.InstallKeyRecordReply;
import beacon.proto.v1.InstallKeyRecordRequest;
import beacon.proto.v1.RevokeReply;
import beacon.proto.v1.RevokeRequest;
import beacon.proto.v1.RitualBlame;
import beacon.proto.v1.SealedDecryptReply;
import beacon.proto.v1.SignedDecryptRequest;
import java.util.List;
import java.util.Optional;

/**
 * What one custodian answers to each message that reaches it, whatever brought the message. Each method throws {@link
 * RefusedException} when the answer is no, and {@link BadRecordException} when the message is malformed.
 */
public final class CustodyCalls {
    private final Custodian custodian;

    public CustodyCalls(Custodian custodian) {
        this.custodian = custodian;
    }

    /** Who it is, and what records it has. */
    public GetCustodianReply describe(GetCustodianRequest request) {
        return GetCustodianReply.newBuilder()
                .setSeat(RecordCodec.encode(custodian.seat()))
                .setOrganisation(custodian.organisation())
                .addAllKeys(records(request).stream().map(RecordCodec::encode).toList())
                .build();
    }

    private List<KeyRecord> records(GetCustodianRequest request) {
        return switch (request.getRecords()) {
            case RECORDS_ALL -> custodian.keys();
            case RECORDS_NONE -> List.of();
            case RECORDS_ONE ->
                custodian.keys().stream()
                        .filter(record -> record.keyId().equals(request.getKeyId()))
                        .toList();
            case UNRECOGNIZED ->
                throw new BadRecordException("expected all records, none or one, but found another word");
        };
    }

    /** One visit of a ritual's carrier. */
    public AdvanceRitualReply advance(Caller caller, AdvanceRitualRequest request) {
        Optional<KeyRecord> present =
                request.hasPrevious() ? Optional.of(RecordCodec.decode(request.getPrevious())) : Optional.empty();
        Rituals.Visit visit = new Rituals.Visit(
                request.getPlan(),
                SignatureCodec.decode(request.getAuthorityList()),
                present,
                request.getMessagesList().stream().map(RecordCodec::decode).toList());
        Rituals.Progress progress = custodian.rituals().advance(caller, visit);
        AdvanceRitualReply.Builder builder = AdvanceRitualReply.newBuilder()
                .addAllMessages(
                        progress.said().stream().map(RecordCodec::encode).toList());
        progress.blamed().forEach(blame -> builder.addBlamed(blame(blame)));
        progress.record().ifPresent(record -> builder.setRecord(RecordCodec.encode(record)));
        return builder.build();
    }

    private static RitualBlame blame(Rituals.Fault fault) {
        return RitualBlame.newBuilder()
                .setSeat(fault.party())
                .setKind(fault.kind())
                .build();
    }

    /** A record that it may have missed. */
    public InstallKeyRecordReply install(Caller caller, InstallKeyRecordRequest request) {
        return InstallKeyRecordReply.newBuilder()
                .setInstalled(custodian.install(caller, RecordCodec.decode(request.getRecord())))
                .build();
    }

    /** A reader's request. */
    public SealedDecryptReply decrypt(Caller caller, SignedDecryptRequest request) {
        Answers.Sealed sealed = custodian
                .answers()
                .answer(caller, request.getRequest(), SignatureCodec.decode(request.getSignaturesList()));
        return SealedDecryptReply.newBuilder()
                .setEncapsulated(sealed.encapsulated())
                .setCiphertext(sealed.ciphertext())
                .build();
    }

    /** A revocation that the root signed. */
    public RevokeReply revoke(RevokeRequest request) {
        return RevokeReply.newBuilder()
                .setRevoked(custodian.revoke(SignatureCodec.decode(request.getRevocation())))
                .build();
    }
}

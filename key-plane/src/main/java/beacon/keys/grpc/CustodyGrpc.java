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
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.AdvanceRitualReply;
import beacon.proto.v1.AdvanceRitualRequest;
import beacon.proto.v1.CustodyServiceGrpc;
import beacon.proto.v1.GetCustodianReply;
import beacon.proto.v1.GetCustodianRequest;
import beacon.proto.v1.InstallKeyRecordReply;
import beacon.proto.v1.InstallKeyRecordRequest;
import beacon.proto.v1.RevokeReply;
import beacon.proto.v1.RevokeRequest;
import beacon.proto.v1.RitualBlame;
import beacon.proto.v1.SealedDecryptReply;
import beacon.proto.v1.SignedDecryptRequest;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service of one custodian. */
final class CustodyGrpc extends CustodyServiceGrpc.CustodyServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(CustodyGrpc.class);
    private static final int MAX_CALLS = 256;
    private static final int RETRY_MILLIS = 200;

    private final Custodian custodian;
    private final Semaphore calls = new Semaphore(MAX_CALLS);

    CustodyGrpc(Custodian custodian) {
        this.custodian = custodian;
    }

    @Override
    public void getCustodian(GetCustodianRequest request, StreamObserver<GetCustodianReply> reply) {
        answer(
                reply,
                () -> GetCustodianReply.newBuilder()
                        .setSeat(RecordCodec.encode(custodian.seat()))
                        .setOrganisation(custodian.organisation())
                        .addAllKeys(records(request).stream()
                                .map(RecordCodec::encode)
                                .toList())
                        .build());
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

    @Override
    public void advanceRitual(AdvanceRitualRequest request, StreamObserver<AdvanceRitualReply> reply) {
        Caller caller = CallerInterceptor.caller();
        answer(reply, () -> {
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
        });
    }

    private static RitualBlame blame(Rituals.Fault fault) {
        return RitualBlame.newBuilder()
                .setSeat(fault.party())
                .setKind(fault.kind())
                .build();
    }

    @Override
    public void installKeyRecord(InstallKeyRecordRequest request, StreamObserver<InstallKeyRecordReply> reply) {
        Caller caller = CallerInterceptor.caller();
        answer(
                reply,
                () -> InstallKeyRecordReply.newBuilder()
                        .setInstalled(custodian.install(caller, RecordCodec.decode(request.getRecord())))
                        .build());
    }

    @Override
    public void decrypt(SignedDecryptRequest request, StreamObserver<SealedDecryptReply> reply) {
        Caller caller = CallerInterceptor.caller();
        answer(reply, () -> {
            Answers.Sealed sealed = custodian
                    .answers()
                    .answer(caller, request.getRequest(), SignatureCodec.decode(request.getSignaturesList()));
            return SealedDecryptReply.newBuilder()
                    .setEncapsulated(sealed.encapsulated())
                    .setCiphertext(sealed.ciphertext())
                    .build();
        });
    }

    @Override
    public void revoke(RevokeRequest request, StreamObserver<RevokeReply> reply) {
        answer(
                reply,
                () -> RevokeReply.newBuilder()
                        .setRevoked(custodian.revoke(SignatureCodec.decode(request.getRevocation())))
                        .build());
    }

    @SuppressWarnings("CatchingUnchecked") // whatever was not foreseen must not reach the caller
    private <T> void answer(StreamObserver<T> reply, Supplier<T> work) {
        if (!calls.tryAcquire()) {
            reply.onError(StatusMapper.toException(
                    Refusal.of(Reason.TOO_BUSY, "expected fewer calls at once").withRetryAfterMillis(RETRY_MILLIS)));
            return;
        }
        try {
            T value = work.get();
            reply.onNext(value);
            reply.onCompleted();
        } catch (RefusedException refused) {
            reply.onError(StatusMapper.toException(refused.refusal()));
        } catch (BadRecordException malformed) {
            reply.onError(StatusMapper.toException(
                    Refusal.of(Reason.MALFORMED_REQUEST, String.valueOf(malformed.getMessage()))));
        } catch (RuntimeException unforeseen) {
            LOG.error("action=answer result=failed", unforeseen);
            reply.onError(StatusMapper.unforeseen());
        } finally {
            calls.release();
        }
    }
}

package beacon.keys.grpc;

import beacon.keys.authority.Caller;
import beacon.keys.custodian.Custodian;
import beacon.keys.custodian.RefusedException;
import beacon.keys.records.BadRecordException;
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
import beacon.proto.v1.SealedDecryptReply;
import beacon.proto.v1.SignedDecryptRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service of one custodian. */
final class CustodyGrpc extends CustodyServiceGrpc.CustodyServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(CustodyGrpc.class);
    private static final int MAX_CALLS = 256;
    private static final int RETRY_MILLIS = 200;

    private final CustodyCalls custodian;
    private final Semaphore calls = new Semaphore(MAX_CALLS);

    CustodyGrpc(Custodian custodian) {
        this.custodian = new CustodyCalls(custodian);
    }

    @Override
    public void getCustodian(GetCustodianRequest request, StreamObserver<GetCustodianReply> reply) {
        answer(reply, () -> custodian.describe(request));
    }

    @Override
    public void advanceRitual(AdvanceRitualRequest request, StreamObserver<AdvanceRitualReply> reply) {
        Caller caller = CallerInterceptor.caller();
        answer(reply, () -> custodian.advance(caller, request));
    }

    @Override
    public void installKeyRecord(InstallKeyRecordRequest request, StreamObserver<InstallKeyRecordReply> reply) {
        Caller caller = CallerInterceptor.caller();
        answer(reply, () -> custodian.install(caller, request));
    }

    @Override
    public void decrypt(SignedDecryptRequest request, StreamObserver<SealedDecryptReply> reply) {
        Caller caller = CallerInterceptor.caller();
        answer(reply, () -> custodian.decrypt(caller, request));
    }

    @Override
    public void revoke(RevokeRequest request, StreamObserver<RevokeReply> reply) {
        answer(reply, () -> custodian.revoke(request));
    }

    @SuppressWarnings("CatchingUnchecked") // whatever was not foreseen must not reach the caller
    private <T> void answer(StreamObserver<T> reply, Supplier<T> work) {
        if (reply instanceof ServerCallStreamObserver<?> call) {
            call.setOnCancelHandler(() -> {}); // Without one, an answer after that would count as an error of ours.
            if (call.isCancelled()) {
                // It took its turn too late. Deciding all the same would make those behind it late, too.
                return;
            }
        }
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

package beacon.keys.grpc;

import beacon.keys.authority.Caller;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.grpc.StatusMapper;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Who calls: the identity in the certificate that the transport has verified. Without one there is no call. */
final class CallerInterceptor implements ServerInterceptor {
    private static final Context.Key<Caller> CALLER = Context.key("beacon-custody-caller");

    /** Of the call that runs on this thread. */
    static Caller caller() {
        return CALLER.get();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Optional<PeerIdentity> identity = identityOf(call);
        if (identity.isEmpty()) {
            StatusRuntimeException refusal = StatusMapper.toException(
                    Refusal.of(
                            Reason.UNAUTHENTICATED,
                            "expected a certificate that names a Beacon identity, but found none; make one with: beacon ca issue"));
            Metadata trailers = refusal.getTrailers();
            call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
        Caller caller = new Caller(identity.get().actor(), identity.get().kind().word());
        return Contexts.interceptCall(Context.current().withValue(CALLER, caller), call, headers, next);
    }

    private static Optional<PeerIdentity> identityOf(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate leaf
                    ? PeerIdentity.of(leaf)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}

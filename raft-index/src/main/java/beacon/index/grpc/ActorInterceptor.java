package beacon.index.grpc;

import beacon.index.log.RefusalException;
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
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Who calls: the identity in the certificate that the transport has verified. Without one there is no call. */
final class ActorInterceptor implements ServerInterceptor {
    private static final Context.Key<PeerIdentity> IDENTITY = Context.key("beacon-identity");
    private static final PeerIdentity LOCAL = new PeerIdentity("local", PeerIdentity.Kind.OPERATOR, "local");

    private final boolean secured;

    /**
     * An interceptor.
     *
     * @param secured false only for a server without TLS, in tests of one process
     */
    ActorInterceptor(boolean secured) {
        this.secured = secured;
    }

    /** Actor of the call that runs on this thread. */
    static String actor() {
        return IDENTITY.get().actor();
    }

    /**
     * Lets only these kinds of identity go on.
     *
     * @throws RefusalException for any other
     */
    static void require(PeerIdentity.Kind... kinds) {
        PeerIdentity.Kind found = IDENTITY.get().kind();
        if (!Arrays.asList(kinds).contains(found)) {
            throw new RefusalException(Refusal.of(
                    Reason.PERMISSION_DENIED,
                    "expected an identity of kind %s, but found %s; ask with an operator's certificate"
                            .formatted(Arrays.toString(kinds), found)));
        }
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Optional<PeerIdentity> identity = secured ? identityOf(call) : Optional.of(LOCAL);
        if (identity.isEmpty()) {
            StatusRuntimeException refusal = StatusMapper.toException(Refusal.of(
                    Reason.UNAUTHENTICATED,
                    "expected a client certificate that names a Beacon identity, but found none;"
                            + " make one with: beacon ca issue"));
            Metadata trailers = refusal.getTrailers();
            call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(IDENTITY, identity.get()), call, headers, next);
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

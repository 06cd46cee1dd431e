package beacon.index.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.MethodDescriptor;

/**
 * Calls of a client end with the client and by their own deadlines, not with whatever its caller happens to be doing. In a
 * thread that serves a gRPC call, a call to elsewhere is otherwise cancelled as soon as nobody waits for the one that is
 * served: a stream that others share would break, and a try after that would fail at once, again and again.
 */
final class OwnContext implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        Context callers = Context.ROOT.attach();
        try {
            return next.newCall(method, options);
        } finally {
            Context.ROOT.detach(callers);
        }
    }
}

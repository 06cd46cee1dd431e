package beacon.index.grpc;

import beacon.proto.v1.AppendFrame;
import beacon.proto.v1.AppendFrameReply;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * One pipelined stream. Frames go to the log in their order, replies come back in the same; at most {@link #WINDOW}
 * frames are under way, then the client is not read until one is answered.
 */
final class AppendStream implements StreamObserver<AppendFrame> {
    /** Frames under way at most. */
    static final int WINDOW = 64;

    private final AppendCalls calls;
    private final ServerCallStreamObserver<AppendFrameReply> replies;
    private final String actor = ActorInterceptor.actor();
    private final ArrayDeque<CompletableFuture<AppendFrameReply>> underWay = new ArrayDeque<>();
    private boolean halfClosed;
    private boolean ended;
    private boolean sending;

    AppendStream(AppendCalls calls, ServerCallStreamObserver<AppendFrameReply> replies) {
        this.calls = calls;
        this.replies = replies;
    }

    void start() {
        replies.disableAutoRequest();
        replies.setOnCancelHandler(this::end);
        replies.request(WINDOW);
    }

    @Override
    public void onNext(AppendFrame frame) {
        if (frame.getAppendsCount() > AppendCalls.MAX_FRAME_APPENDS) {
            fail(AppendCalls.frameTooLarge(frame.getAppendsCount()));
            return;
        }
        CompletableFuture<AppendFrameReply> reply = calls.frame(actor, frame);
        synchronized (this) {
            if (ended) {
                return;
            }
            underWay.add(reply);
        }
        CompletableFuture<AppendFrameReply> unused = reply.whenComplete((done, failure) -> send());
    }

    /** Sends what is ready, in order. One thread sends at a time; the others leave their reply to it. */
    private void send() {
        while (true) {
            CompletableFuture<AppendFrameReply> first;
            synchronized (this) {
                first = underWay.peek();
                boolean nothing = first == null ? !halfClosed : !first.isDone();
                if (ended || sending || nothing) {
                    return;
                }
                underWay.poll();
                sending = true;
                ended = first == null;
            }
            try {
                if (first == null) {
                    replies.onCompleted();
                } else {
                    replies.onNext(first.join());
                    replies.request(1);
                }
            } catch (RuntimeException e) {
                fail(e);
            } finally {
                synchronized (this) {
                    sending = false;
                }
            }
        }
    }

    private void fail(Throwable cause) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            underWay.clear();
        }
        replies.onError(Calls.errorOf(cause));
    }

    private synchronized void end() {
        ended = true;
        underWay.clear();
    }

    @Override
    public void onError(Throwable failure) {
        end();
    }

    @Override
    public void onCompleted() {
        synchronized (this) {
            halfClosed = true;
        }
        send();
    }
}

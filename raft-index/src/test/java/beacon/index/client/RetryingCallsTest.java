package beacon.index.client;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.proto.v1.ClusterServiceGrpc;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.GetStatusRequest;
import beacon.proto.v1.MemberRole;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetryingCallsTest {
    private static final long PATIENCE_SECONDS = 60;

    private final Member first = new Member("first", true);
    private final Member second = new Member("second", false);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private Members members;
    private RetryingCalls calls;

    /** A member that may be paused: then it takes calls and does not answer. */
    private static final class Member extends ClusterServiceGrpc.ClusterServiceImplBase {
        private final String name;
        private final Server server;
        private volatile boolean leads;
        private volatile boolean paused;

        Member(String name, boolean leads) {
            this.name = name;
            this.leads = leads;
            try {
                server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                        .addService(this)
                        .build()
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void getStatus(GetStatusRequest request, StreamObserver<GetStatusReply> observer) {
            if (!paused) {
                observer.onNext(GetStatusReply.newBuilder()
                        .setMemberId(name)
                        .setRole(leads ? MemberRole.MEMBER_ROLE_LEADER : MemberRole.MEMBER_ROLE_FOLLOWER)
                        .build());
                observer.onCompleted();
            }
        }
    }

    @BeforeEach
    void start() {
        members = new Members(
                List.of("127.0.0.1:" + first.server.getPort(), "127.0.0.1:" + second.server.getPort()), null);
        calls = new RetryingCalls(members, timer);
    }

    @AfterEach
    void stop() {
        calls.close();
        members.close();
        timer.shutdownNow();
        first.server.shutdownNow();
        second.server.shutdownNow();
    }

    private String read() {
        CompletableFuture<GetStatusReply> read = calls.read(
                (channel, observer) ->
                        ClusterServiceGrpc.newStub(channel).getStatus(GetStatusRequest.getDefaultInstance(), observer),
                System.nanoTime() + TimeUnit.SECONDS.toNanos(2 * PATIENCE_SECONDS));
        return read.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join().getMemberId();
    }

    @Test
    void aReadOfALeaderThatIsPausedIsAnsweredByTheOneInItsPlace() {
        assertThat(read()).isEqualTo("first");

        first.paused = true;
        second.leads = true;

        assertThat(read()).isEqualTo("second");
    }

    @Test
    void aReadWaitsForALeaderThatIsSlowAndOnlyThat() {
        assertThat(read()).isEqualTo("first");

        first.paused = true;
        ScheduledFuture<?> unused = timer.schedule(() -> second.leads = true, 3, TimeUnit.SECONDS);

        assertThat(read()).isEqualTo("second");
    }
}

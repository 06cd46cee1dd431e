package beacon.node.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.tls.TlsFiles;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.grpc.PeerIdentity.Kind;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may talk to whom, over real sockets with the contexts every process of Beacon uses. */
class MutualTlsIT {
    private static final Duration MONTH = Duration.ofDays(30);

    @TempDir
    Path directory;

    private CertificateAuthority ca;
    private Server server;

    @BeforeEach
    void startAMember() throws Exception {
        ca = CertificateAuthority.create(directory.resolve("ca"), "test", "Test", InstantSource.system());
        server = serve(issue(ca, Kind.MEMBER, "m1", MONTH));
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    @Test
    void answersAClientOfTheSameAuthority() throws Exception {
        assertThat(call(issue(ca, Kind.CLIENT, "alice", MONTH).clientContext(), "localhost"))
                .isEqualTo(ServingStatus.SERVING);
        assertThat(call(issue(ca, Kind.OPERATOR, "root", MONTH).clientContext(), "127.0.0.1"))
                .isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void refusesAClientOfAnotherAuthority() {
        CertificateAuthority other =
                CertificateAuthority.create(directory.resolve("other"), "test", "Test", InstantSource.system());
        TlsFiles stranger = issue(other, Kind.CLIENT, "alice", MONTH);
        TlsFiles trusting = new TlsFiles(directory.resolve("ca/ca.pem"), stranger.certificate(), stranger.key());

        assertUnavailable(trusting.clientContext(), "localhost");
    }

    @Test
    void refusesAnExpiredClient() {
        InstantSource lastYear = InstantSource.fixed(Instant.now().minus(Duration.ofDays(365)));
        CertificateAuthority earlier = CertificateAuthority.open(directory.resolve("ca"), lastYear);

        assertUnavailable(issue(earlier, Kind.CLIENT, "late", MONTH).clientContext(), "localhost");
    }

    @Test
    void refusesAClientWithoutCertificate() throws Exception {
        SslContext anonymous = GrpcSslContexts.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();

        assertUnavailable(anonymous, "localhost");
    }

    @Test
    void doesNotTalkToAServerOfAnotherAuthority() {
        CertificateAuthority other =
                CertificateAuthority.create(directory.resolve("other"), "test", "Test", InstantSource.system());
        TlsFiles alice = issue(ca, Kind.CLIENT, "alice", MONTH);
        TlsFiles suspicious = new TlsFiles(directory.resolve("other/ca.pem"), alice.certificate(), alice.key());
        assertThat(other.cluster()).isEqualTo("test");

        assertUnavailable(suspicious.clientContext(), "localhost");
    }

    @Test
    void doesNotTalkToAClientThatPosesAsAServer() throws Exception {
        server.shutdownNow();
        server = serve(issue(ca, Kind.CLIENT, "mallory", MONTH));

        assertUnavailable(issue(ca, Kind.CLIENT, "alice", MONTH).clientContext(), "localhost");
    }

    @Test
    void doesNotTalkToAServerThatHasAnotherName() {
        assertUnavailable(issue(ca, Kind.CLIENT, "alice", MONTH).clientContext(), "elsewhere.example");
    }

    private TlsFiles issue(CertificateAuthority from, Kind kind, String name, Duration validity) {
        return from.issue(
                directory.resolve(from.directory().getFileName() + "-" + name),
                new CertificateRequest(
                        new PeerIdentity("test", kind, name),
                        kind == Kind.CLIENT && name.equals("mallory") ? List.of("localhost") : List.of(),
                        validity));
    }

    private static Server serve(TlsFiles files) throws Exception {
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus("", ServingStatus.SERVING);
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(files.serverContext())
                .addService(health.getHealthService())
                .build()
                .start();
    }

    private ServingStatus call(SslContext context, String authority) throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .overrideAuthority(authority)
                .sslContext(context)
                .build();
        try {
            return HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    private void assertUnavailable(SslContext context, String authority) {
        assertThatThrownBy(() -> call(context, authority))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        error -> assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }
}

package beacon.node.fault;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.client.BeaconClient;
import beacon.index.tls.TlsFiles;
import beacon.node.ca.CertificateAuthority;
import beacon.node.ca.CertificateRequest;
import beacon.node.config.Endpoint;
import beacon.node.process.MemberCluster;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.IndexServiceGrpc;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Promise 10, below the level of calls: who has no certificate, or does not even speak, changes nothing. */
class HostileConnectionsIT {
    private static final int HALF_OPEN = 300;
    private static final int SOCKET_TIMEOUT_MILLIS = 40_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path directory;

    private static MemberCluster cluster;
    private static BeaconClient client;
    private static long lastSequence;

    @BeforeAll
    static void start() {
        cluster = MemberCluster.start(directory, Faults.options());
        client = cluster.client("client-0", TIMEOUT);
        lastSequence = BeaconClient.await(client.append(Events.pointer(Events.address("a"), 0, 0)))
                .getFirstSequence();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void refusesAClientWithoutACertificate() throws Exception {
        TlsFiles tls = cluster.issue(PeerIdentity.Kind.CLIENT, "client-0");
        SslContext context =
                GrpcSslContexts.forClient().trustManager(tls.ca().toFile()).build();

        assertThat(appendWith(context)).isEqualTo(Status.Code.UNAVAILABLE);

        assertNothingChanged();
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        CertificateAuthority other = CertificateAuthority.create(
                directory.resolve("other-ca"), "local", "Somebody else", InstantSource.system());
        TlsFiles foreign = other.issue(
                directory.resolve("foreign"),
                new CertificateRequest(
                        new PeerIdentity("local", PeerIdentity.Kind.OPERATOR, "operator"),
                        List.of("127.0.0.1"),
                        Duration.ofDays(1)));
        TlsFiles own = cluster.issue(PeerIdentity.Kind.CLIENT, "client-0");
        SslContext context = GrpcSslContexts.forClient()
                .trustManager(own.ca().toFile())
                .keyManager(foreign.certificate().toFile(), foreign.key().toFile())
                .build();

        assertThat(appendWith(context)).isEqualTo(Status.Code.UNAVAILABLE);

        assertNothingChanged();
    }

    @Test
    void closesConnectionsThatNeverFinishTheirHandshakeAndServesOthersMeanwhile() throws Exception {
        Endpoint target = target();
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < HALF_OPEN; i++) {
                Socket socket = new Socket();
                socket.connect(new InetSocketAddress(target.host(), target.port()), SOCKET_TIMEOUT_MILLIS);
                socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
                if (i % 3 == 1) {
                    // The begin of a TLS record that announces more than ever comes.
                    socket.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01});
                } else if (i % 3 == 2) {
                    socket.getOutputStream().write("PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                sockets.add(socket);
            }

            lastSequence = BeaconClient.await(client.append(Events.pointer(Events.address("meanwhile"), 0, 1)))
                    .getFirstSequence();
            for (Socket socket : sockets) {
                assertThat(endOf(socket))
                        .as("end of a connection without handshake")
                        .isTrue();
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }

        assertNothingChanged();
    }

    /** Whether the other side closed; an alert may come first. */
    private static boolean endOf(Socket socket) {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static Endpoint target() {
        return cluster.member(cluster.awaitLeader(cluster.ids())).client();
    }

    private static Status.Code appendWith(SslContext context) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(target().toString())
                .sslContext(context)
                .build();
        try {
            IndexServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .append(AppendRequest.newBuilder()
                            .setRequestId(ByteString.copyFrom(new byte[16]))
                            .addEvents(Events.pointer(Events.address("b"), 9, 9))
                            .build());
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        } finally {
            channel.shutdownNow();
        }
    }

    private static void assertNothingChanged() {
        Promises.awaitSameHistory(cluster, cluster.ids());
        assertThat(cluster.status("m1").orElseThrow().getLastSequence()).isEqualTo(lastSequence);
    }
}

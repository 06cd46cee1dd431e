package beacon.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.ratis.MemberStatus;
import beacon.index.ratis.MemberStatus.Role;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperationsServerIT {
    private final AtomicReference<MemberStatus> status = new AtomicReference<>(status(Role.LEADER, "m1", 10));
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final HttpClient client = HttpClient.newHttpClient();
    private OperationsServer server;

    @BeforeEach
    void start() {
        StatusGauges.register(registry, status::get, "m1", "test");
        server = OperationsServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                registry,
                new Health(status::get, stopping::get));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void isReadyWhenEveryCheckHolds() throws Exception {
        HttpResponse<String> answer = send("GET", "/readyz?verbose");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("""
                [+] running: running
                [+] caught-up: leader
                [+] leader-known: m1
                [+] applied: lag of 0 entries
                ready
                """);
    }

    @Test
    void isNotReadyWithoutALeaderButAlive() throws Exception {
        status.set(status(Role.CANDIDATE, "", 10));

        assertThat(send("GET", "/readyz").statusCode()).isEqualTo(503);
        assertThat(send("GET", "/readyz").body()).isEqualTo("not ready\n");
        assertThat(send("GET", "/readyz?verbose").body()).contains("[-] leader-known: none");
        assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void isNotReadyWhileItStopsCatchesUpOrLagsBehind() throws Exception {
        status.set(status(Role.CATCHING_UP, "m2", 10));
        assertThat(send("GET", "/readyz").statusCode()).isEqualTo(503);

        status.set(status(Role.FOLLOWER, "m2", 1_000_000));
        assertThat(send("GET", "/readyz?verbose").body()).contains("[-] applied: lag of 999990 entries");

        status.set(status(Role.FOLLOWER, "m2", 10));
        stopping.set(true);
        assertThat(send("GET", "/readyz?verbose").body()).contains("[-] running: stopping");
    }

    @Test
    void printsWhatWasCounted() throws Exception {
        IndexMetrics metrics = new IndexMetrics(registry);
        metrics.appended(3, 1_500_000);
        metrics.applied(3, 42);
        metrics.refused("STALE_REVISION", 2);
        metrics.watcherStarted();

        String body = send("GET", "/metrics").body();

        assertThat(body.lines())
                .contains(
                        "beacon_appends_total 3.0",
                        "beacon_append_latency_seconds_bucket{le=\"0.001\"} 0",
                        "beacon_append_latency_seconds_bucket{le=\"0.002\"} 1",
                        "beacon_applied_sequence 42.0",
                        "beacon_appends_refused_total{reason=\"STALE_REVISION\"} 2.0",
                        "beacon_streams 1.0",
                        "beacon_leader 1.0",
                        "beacon_apply_lag_entries 0.0");
    }

    @Test
    void answersNothingElse() throws Exception {
        assertThat(send("GET", "/").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/metrics/more").statusCode()).isEqualTo(404);
        assertThat(send("POST", "/metrics").statusCode()).isEqualTo(405);
        assertThat(send("HEAD", "/livez").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static MemberStatus status(Role role, String leader, long committed) {
        return new MemberStatus(role, false, 1, leader, List.of(), 10, 10, committed, 0, 0, 0, 0, "");
    }
}

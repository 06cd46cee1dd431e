package beacon.node.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * {@code /metrics}, {@code /livez} and {@code /readyz?verbose} over plain HTTP. Has two threads and a short queue;
 * further requests are turned away, and slow ones cut off.
 */
public final class OperationsServer implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int QUEUE = 32;
    private static final int BACKLOG = 32;
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final PrometheusRegistry registry;
    private final Supplier<List<Health.Check>> checks;

    private OperationsServer(
            HttpServer server,
            ThreadPoolExecutor threads,
            PrometheusRegistry registry,
            Supplier<List<Health.Check>> checks) {
        this.server = server;
        this.threads = threads;
        this.registry = registry;
        this.checks = checks;
    }

    /** Begins to listen. */
    public static OperationsServer start(InetSocketAddress listen, PrometheusRegistry registry, Health health) {
        return start(listen, registry, health::checks);
    }

    /**
     * Begins to listen.
     *
     * @param checks what must hold to be ready
     */
    public static OperationsServer start(
            InetSocketAddress listen, PrometheusRegistry registry, Supplier<List<Health.Check>> checks) {
        limitOnce();
        try {
            HttpServer server = HttpServer.create(listen, BACKLOG);
            ThreadPoolExecutor threads = new ThreadPoolExecutor(
                    THREADS, THREADS, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(QUEUE), task -> {
                        Thread thread = new Thread(task, "beacon-http-" + listen.getPort());
                        thread.setDaemon(true);
                        return thread;
                    });
            OperationsServer operations = new OperationsServer(server, threads, registry, checks);
            server.setExecutor(threads);
            server.createContext("/metrics", operations::metrics);
            server.createContext("/livez", operations::live);
            server.createContext("/readyz", operations::ready);
            server.start();
            return operations;
        } catch (IOException e) {
            throw new UncheckedIOException("expected to listen on " + listen + " for HTTP, but could not", e);
        }
    }

    /** The JDK's server reads its bounds from system properties, when its first instance is made. */
    private static void limitOnce() {
        setDefault("sun.net.httpserver.maxReqTime", "10");
        setDefault("sun.net.httpserver.maxRspTime", "30");
        setDefault("jdk.httpserver.maxConnections", "128");
        setDefault("sun.net.httpserver.maxReqHeaders", "64");
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void metrics(HttpExchange exchange) throws IOException {
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        writer.write(body, registry.scrape());
        answer(exchange, "/metrics", 200, writer.getContentType(), body.toByteArray());
    }

    private void live(HttpExchange exchange) throws IOException {
        answer(exchange, "/livez", 200, TEXT, "ok\n".getBytes(StandardCharsets.UTF_8));
    }

    private void ready(HttpExchange exchange) throws IOException {
        List<Health.Check> found = checks.get();
        boolean ready = found.stream().allMatch(Health.Check::holds);
        StringBuilder body = new StringBuilder();
        String query = exchange.getRequestURI().getQuery();
        if (query != null && query.startsWith("verbose")) {
            found.forEach(check -> body.append(check.holds() ? "[+] " : "[-] ")
                    .append(check.name())
                    .append(": ")
                    .append(check.found())
                    .append('\n'));
        }
        body.append(ready ? "ready\n" : "not ready\n");
        answer(exchange, "/readyz", ready ? 200 : 503, TEXT, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, String path, int status, String type, byte[] body)
            throws IOException {
        try (exchange) {
            boolean known = exchange.getRequestURI().getPath().equals(path);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (!known || !(head || exchange.getRequestMethod().equals("GET"))) {
                exchange.sendResponseHeaders(known ? 405 : 404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

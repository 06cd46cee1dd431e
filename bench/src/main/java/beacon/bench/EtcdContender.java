package beacon.bench;

import beacon.index.tls.TlsFiles;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/** etcd through its Java client, one put or get a call: it knows no other way. */
final class EtcdContender implements Contender {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

    private final String version;
    private final EtcdProcesses processes;
    private final Client client;
    private final KV kv;
    private final List<ByteSequence> keys;

    private EtcdContender(String version, EtcdProcesses processes, Client client, List<ByteSequence> keys) {
        this.version = version;
        this.processes = processes;
        this.client = client;
        this.kv = client.getKVClient();
        this.keys = keys;
    }

    /** Starts the cluster and returns when it takes writes. */
    static EtcdContender start(String version, Path directory, TlsFiles tls, int keyCount) {
        if (LoggerFactory.getLogger(NettyChannelBuilder.class).isDebugEnabled()) {
            throw new BenchException("expected no debug logging of the peer's client: it takes most of its speed");
        }
        List<ByteSequence> keys = new ArrayList<>();
        for (int i = 0; i < keyCount; i++) {
            keys.add(ByteSequence.from(Keys.address(i), StandardCharsets.UTF_8));
        }
        EtcdProcesses processes = EtcdProcesses.start(directory, tls);
        try {
            Client client = Client.builder()
                    .endpoints(processes.endpoints().toArray(String[]::new))
                    .sslContext(context(tls))
                    .waitForReady(true)
                    .build();
            EtcdContender contender = new EtcdContender(version, processes, client, keys);
            contender.awaitReady();
            return contender;
        } catch (RuntimeException e) {
            processes.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "etcd " + version;
    }

    @Override
    public Map<String, Object> conditions() {
        return Map.of(
                "etcd_client", "jetcd, one call a put", "etcd_client_tls", OpenSsl.isAvailable() ? "boringssl" : "jdk");
    }

    @Override
    public CompletableFuture<?> put(int key, byte[] value) {
        return kv.put(keys.get(key), ByteSequence.from(value));
    }

    @Override
    public CompletableFuture<?> putUnary(int key, byte[] value) {
        return put(key, value);
    }

    @Override
    public void prepareReads(int count) {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(put(i, Keys.cid(i)));
            if (answers.size() == 500) {
                answers.forEach(Load::await);
                answers.clear();
            }
        }
        answers.forEach(Load::await);
    }

    @Override
    public CompletableFuture<?> get(int key) {
        return kv.get(keys.get(key));
    }

    @Override
    public void close() {
        client.close();
        processes.close();
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            processes.checkAlive();
            try {
                put(0, new byte[0]).get(PROBE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (ExecutionException | TimeoutException e) {
                if (System.nanoTime() > deadline) {
                    throw new BenchException("expected etcd to take writes within " + START_TIMEOUT, e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchException("interrupted", e);
            }
        }
    }

    private static SslContext context(TlsFiles tls) {
        try {
            return GrpcSslContexts.forClient()
                    .trustManager(tls.ca().toFile())
                    .protocols("TLSv1.3")
                    .keyManager(tls.certificate().toFile(), tls.key().toFile())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("expected usable certificates beside " + tls.ca(), e);
        }
    }
}

package beacon.bench;

import beacon.index.client.BeaconClient;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import beacon.proto.v1.PointerSet;
import beacon.proto.v1.ResolveRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Beacon as its users run it: three member processes with every default, its own client, mutual TLS. */
final class BeaconContender implements Contender {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final MemberCluster cluster;
    private final BeaconClient client;
    private final List<ResolveRequest> reads;

    private BeaconContender(MemberCluster cluster, BeaconClient client, List<ResolveRequest> reads) {
        this.cluster = cluster;
        this.client = client;
        this.reads = reads;
    }

    /** Starts the cluster and returns when it has a leader. */
    static BeaconContender start(Path directory, int keyCount) {
        List<ResolveRequest> reads = new ArrayList<>();
        for (int i = 0; i < keyCount; i++) {
            reads.add(ResolveRequest.newBuilder().setAddress(Keys.address(i)).build());
        }
        MemberCluster cluster = MemberCluster.start(directory, memberOptions(3));
        try {
            return new BeaconContender(cluster, cluster.client("bench", TIMEOUT), reads);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    static MemberCluster.Options memberOptions(int count) {
        MemberCluster.Options standard = MemberCluster.Options.standard();
        return new MemberCluster.Options(
                standard.main(),
                count,
                List.of("-Xmx1g", "-XX:+UseParallelGC"),
                standard.settings(),
                standard.readyTimeout());
    }

    /** A decision record with the value as payload, at the address of a key. */
    static Event decision(int key, byte[] value) {
        return Event.newBuilder()
                .setDecisionRecorded(DecisionRecorded.newBuilder()
                        .setId("d")
                        .setAddress(Keys.address(key))
                        .setAuthor("bench")
                        .setPayload(UnsafeByteOperations.unsafeWrap(value)))
                .build();
    }

    static Event pointer(int key) {
        return Event.newBuilder()
                .setPointerSet(PointerSet.newBuilder()
                        .setAddress(Keys.address(key))
                        .setCid(ByteString.copyFrom(Keys.cid(key))))
                .build();
    }

    @Override
    public String name() {
        return "beacon";
    }

    @Override
    public Map<String, Object> conditions() {
        return Map.of(
                "beacon_event", "decision record with the value as payload, at one of the addresses",
                "beacon_client",
                        "BeaconClient: what is in flight travels in stream frames; unary_*: one call an append");
    }

    @Override
    public CompletableFuture<?> put(int key, byte[] value) {
        return client.append(request(key, value));
    }

    @Override
    public CompletableFuture<?> putUnary(int key, byte[] value) {
        return client.appendUnary(request(key, value));
    }

    private AppendRequest request(int key, byte[] value) {
        return client.request(List.of(decision(key, value)), List.of());
    }

    @Override
    public void prepareReads(int keys) {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            answers.add(client.append(pointer(i)));
        }
        answers.forEach(Load::await);
    }

    @Override
    public CompletableFuture<?> get(int key) {
        return client.resolve(reads.get(key));
    }

    @Override
    public void close() {
        client.close();
        cluster.close();
    }
}

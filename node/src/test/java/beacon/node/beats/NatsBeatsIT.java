package beacon.node.beats;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.admission.Admission;
import beacon.index.log.AppendResult;
import beacon.index.state.MemoryLog;
import beacon.node.process.FreePorts;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.AppendRequest;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beats through a NATS server as it is installed here. */
class NatsBeatsIT {
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final Cadence CADENCE = new Cadence(Duration.ofSeconds(30), 2, 8);

    @TempDir
    Path directory;

    private final int port = FreePorts.find(1, new SplittableRandom()).get(0);
    private final NatsSettings settings = new NatsSettings(
            List.of("nats://127.0.0.1:" + port),
            "swarm",
            "backbeat.beat",
            "backbeat.status",
            "backbeat.report",
            Optional.empty(),
            Optional.empty());
    private final MemoryLog log = new MemoryLog(1 << 12, InstantSource.system());
    private long requests;
    private Process server;

    @BeforeEach
    void startOrSkip() throws IOException {
        try {
            server = start();
        } catch (IOException e) {
            System.err.println("skipped: there is no nats-server here (" + e.getMessage() + ")");
            Assumptions.abort("there is no nats-server here");
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder("nats-server", "-a", "127.0.0.1", "-p", Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("nats.log").toFile()))
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
    }

    private synchronized AppendResult append(AppendRequest.Builder request) {
        request.setRequestId(ByteString.copyFrom(
                ByteBuffer.allocate(16).putLong(++requests).putLong(0).flip()));
        Admission.Verdict verdict = new Admission().admit("member/m1", request.build());
        return log.append(((Admission.Verdict.Admitted) verdict).append())
                .toCompletableFuture()
                .join();
    }

    private Connection connect() {
        Options options = new Options.Builder()
                .server(settings.servers().get(0))
                .maxReconnects(-1)
                .reconnectWait(Duration.ofMillis(100))
                .build();
        Connection[] made = new Connection[1];
        MemberCluster.await("nats-server to answer", DEADLINE, () -> {
            try {
                made[0] = Nats.connect(options);
                return true;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return made[0];
    }

    private static byte[] frame(long index, String cluster) {
        return "{\"type\":\"backbeat.beatframe.v1\",\"cluster_id\":\"%s\",\"beat_index\":%d,\"tempo_bpm\":60}"
                .formatted(cluster, index)
                .getBytes(StandardCharsets.UTF_8);
    }

    private NatsBeats open() {
        Metronome local = new Metronome(this::append, CADENCE, InstantSource.system());
        return NatsBeats.open(settings, "beacon/m1", this::append, local, CADENCE, () -> {});
    }

    /** Sends frames, each with a larger number, until one arrived; returns the last. */
    private static long sendUntilOneArrives(Connection conductor, NatsBeats beats, long from) {
        long[] index = {from};
        long before = beats.frames().count(FrameFlow.Outcome.ACCEPTED);
        MemberCluster.await("a frame to arrive", DEADLINE, () -> {
            index[0]++;
            conductor.publish("backbeat.beat", frame(index[0], "swarm"));
            return beats.frames().count(FrameFlow.Outcome.ACCEPTED) > before;
        });
        return index[0];
    }

    @Test
    void framesSetTheBeatAndTheLeaderReports() throws Exception {
        try (Connection conductor = connect();
                NatsBeats beats = open()) {
            BlockingQueue<byte[]> told = new LinkedBlockingQueue<>();
            var dispatcher = conductor.createDispatcher(message -> told.add(message.getData()));
            dispatcher.subscribe("backbeat.status").subscribe("backbeat.report");
            conductor.flush(DEADLINE);

            long sent = sendUntilOneArrives(conductor, beats, 1_000);
            MemberCluster.await(
                    "the beat of the frames",
                    DEADLINE,
                    () -> tick(beats) || beats.source().isExternal());
            // The next number of which a reverb is due, a second time, and one of somebody else.
            long bar = (sent / 8 + 2) * 8;
            conductor.publish("backbeat.beat", frame(bar, "swarm"));
            conductor.publish("backbeat.beat", frame(bar, "swarm"));
            conductor.publish("backbeat.beat", frame(bar + 1, "other"));
            MemberCluster.await("all three", DEADLINE, () -> beats.frames().count(FrameFlow.Outcome.FOREIGN) == 1);
            Optional<BeatSource.Struck> struck = beats.source().tick();

            assertThat(beats.frames().count(FrameFlow.Outcome.REPEATED)).isEqualTo(1);
            assertThat(struck).hasValueSatisfying(beat -> {
                assertThat(beat.index()).isEqualTo(bar);
                assertThat(beat.isReverb()).isTrue();
                beats.reports().struck(beat, 2, new BeatReports.Work(3, 2, 5, 1));
            });
            JsonObject claim = next(told);
            assertThat(claim.get("type").getAsString()).isEqualTo("backbeat.statusclaim.v1");
            assertThat(claim.get("agent_id").getAsString()).isEqualTo("beacon/m1");
            assertThat(claim.get("beat_index").getAsLong()).isEqualTo(bar);
            assertThat(claim.get("state").getAsString()).isEqualTo("executing");
            JsonObject report = next(told);
            assertThat(report.get("type").getAsString()).isEqualTo("backbeat.barreport.v1");
            assertThat(report.get("to_beat").getAsLong()).isEqualTo(bar);
            assertThat(report.get("healed").getAsLong()).isEqualTo(5);
        }
    }

    private static boolean tick(NatsBeats beats) {
        try {
            return beats.source().tick().isPresent();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonObject next(BlockingQueue<byte[]> told) throws InterruptedException {
        byte[] message = told.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        return JsonParser.parseString(new String(message, StandardCharsets.UTF_8))
                .getAsJsonObject();
    }

    @Test
    void aServerThatEndsAndComesBackGivesTheBeatToTheMetronomeAndBack() throws Exception {
        try (Connection conductor = connect();
                NatsBeats beats = open()) {
            long sent = sendUntilOneArrives(conductor, beats, 1_000);
            MemberCluster.await(
                    "the beat of the frames",
                    DEADLINE,
                    () -> tick(beats) || beats.source().isExternal());

            server.destroyForcibly().waitFor();
            MemberCluster.await(
                    "the metronome",
                    DEADLINE,
                    () -> !tick(beats) && !beats.source().isExternal());
            beats.reports().struck(new BeatSource.Struck(1, 2, false), 2, new BeatReports.Work(0, 0, 0, 0));

            server = start();
            sendUntilOneArrives(conductor, beats, sent);
            MemberCluster.await(
                    "the frames again",
                    DEADLINE,
                    () -> tick(beats) || beats.source().isExternal());
        }
    }

    @Test
    void aMemberStartsBeforeTheServer() throws Exception {
        server.destroyForcibly().waitFor();
        try (NatsBeats beats = open()) {
            assertThat(tick(beats)).isFalse();

            server = start();
            try (Connection conductor = connect()) {
                sendUntilOneArrives(conductor, beats, 1_000);
            }
        }
    }
}

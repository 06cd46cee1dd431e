package beacon.node.beats;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.admission.Admission;
import beacon.index.log.AppendResult;
import beacon.index.state.MemoryLog;
import beacon.model.Event;
import beacon.model.EventCodec;
import beacon.model.RecordedHeader;
import beacon.node.beats.FrameFlow.Outcome;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Beats of a frame and of the metronome on a log that is the real one but for its disk; time goes as the test says. */
class BackbeatTest {
    private static final Cadence CADENCE = new Cadence(Duration.ofSeconds(30), 2, 8);
    private static final long START_SECONDS = 1_800_000_000;

    private long seconds = START_SECONDS;
    private long requests;
    private final MemoryLog log = new MemoryLog(1 << 12, () -> Instant.ofEpochSecond(seconds));
    private final FrameFlow frames = new FrameFlow("swarm", () -> seconds * 1_000_000_000);
    private Backbeat beats = beats();

    private Backbeat beats() {
        return new Backbeat(
                frames,
                new Metronome(this::append, CADENCE, () -> Instant.ofEpochSecond(seconds)),
                this::append,
                CADENCE);
    }

    private AppendResult append(beacon.proto.v1.AppendRequest.Builder request) {
        request.setRequestId(ByteString.copyFrom(
                ByteBuffer.allocate(16).putLong(++requests).putLong(0).flip()));
        Admission.Verdict verdict = new Admission().admit("member/m1", request.build());
        return log.append(((Admission.Verdict.Admitted) verdict).append())
                .toCompletableFuture()
                .join();
    }

    private Outcome frame(long index, double bpm, String more) {
        return frames.offer(
                "{\"type\":\"backbeat.beatframe.v1\",\"cluster_id\":\"swarm\",\"beat_index\":%d,\"tempo_bpm\":%s%s}"
                        .formatted(index, bpm, more)
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** A frame, and what is struck on it. */
    private void beat(long index, double bpm) throws InterruptedException {
        frame(index, bpm, "");
        beats.tick();
    }

    /** All beats on the log as source, number and kind. */
    private List<String> struck() {
        List<String> struck = new ArrayList<>();
        try (var reader = log.readFrom(1)) {
            while (reader.next()) {
                RecordedHeader header = RecordedHeader.read(reader.buffer(), 0, reader.length());
                if (EventCodec.decode(header.event()) instanceof Event.BeatStruck beat) {
                    struck.add(beat.source() + " " + beat.beatIndex() + " " + (beat.reverb() ? "REVERB" : "PULSE"));
                }
            }
        }
        return struck;
    }

    @Test
    void strikesPulsesAndReverbsOnTheNumbersOfTheFrames() throws InterruptedException {
        for (long index = 101; index <= 105; index++) {
            beat(index, 2);
            seconds += 30;
        }

        assertThat(struck()).containsExactly("swarm 102 PULSE", "swarm 104 REVERB");
        assertThat(beats.isExternal()).isTrue();
    }

    @Test
    void aLostFrameLosesNoPulse() throws InterruptedException {
        beat(101, 2);
        seconds += 60;
        beat(103, 2);
        seconds += 60;
        beat(105, 2);

        assertThat(struck()).containsExactly("swarm 103 PULSE", "swarm 105 REVERB");
    }

    @Test
    void duplicateAndLateFramesAreNeverAppended() throws InterruptedException {
        beat(102, 2);
        assertThat(frame(102, 2, "")).isEqualTo(Outcome.REPEATED);
        assertThat(frame(96, 2, ",\"hlc\":\"ffff:ffff\"")).isEqualTo(Outcome.REPEATED);
        beats.tick();
        beats.tick();

        assertThat(struck()).containsExactly("swarm 102 PULSE");
        assertThat(frames.count(Outcome.REPEATED)).isEqualTo(2);
    }

    @Test
    void anotherMemberThatHeardTheSameFrameDoesNotStrikeItAgain() throws InterruptedException {
        beat(102, 2);
        beats = beats();
        beats.tick();
        seconds += 30;
        beat(103, 2);
        beat(104, 2);

        assertThat(struck()).containsExactly("swarm 102 PULSE", "swarm 104 REVERB");
    }

    @Test
    void theMetronomeTakesOverWhenFramesStopAndHandsBackWhenTheyComeAgain() throws InterruptedException {
        beat(102, 2);
        for (int i = 0; i < 6; i++) {
            seconds += 30;
            beats.tick();
        }
        assertThat(beats.isExternal()).isFalse();
        long local = START_SECONDS / 30;
        assertThat(struck())
                .containsExactly(
                        "swarm 102 PULSE", "local " + (local + 4) + " PULSE", "local " + (local + 6) + " PULSE");

        beat(109, 2);
        seconds += 30;
        beat(110, 2);

        assertThat(beats.isExternal()).isTrue();
        assertThat(struck()).endsWith("swarm 110 PULSE").hasSize(4);
    }

    @Test
    void patienceFollowsTheTempo() throws InterruptedException {
        beat(101, 2);
        seconds += 89;
        assertThat(frames.current()).isPresent();

        beat(103, 30);
        seconds += 6;
        assertThat(frames.current()).isPresent();
        seconds += 1;
        assertThat(frames.current()).isEmpty();

        beat(104, 0.5);
        seconds += 359;
        assertThat(frames.current()).map(BeatFrame::beatIndex).contains(104L);
    }

    @Test
    void foreignMalformedAndOversizedFramesAreCountedAndChangeNothing() throws InterruptedException {
        beat(101, 2);
        byte[] foreign =
                "{\"type\":\"backbeat.beatframe.v1\",\"cluster_id\":\"other\",\"beat_index\":500,\"tempo_bpm\":2}"
                        .getBytes(StandardCharsets.UTF_8);

        assertThat(frames.offer(foreign)).isEqualTo(Outcome.FOREIGN);
        assertThat(frames.offer(new byte[] {'{'})).isEqualTo(Outcome.MALFORMED);
        assertThat(frames.offer(new byte[BeatFrame.MAX_BYTES + 1])).isEqualTo(Outcome.OVERSIZED);
        beats.tick();

        assertThat(struck()).isEmpty();
        assertThat(frames.current()).map(BeatFrame::beatIndex).contains(101L);
        for (Outcome outcome : Outcome.values()) {
            assertThat(frames.count(outcome)).isEqualTo(outcome == Outcome.REPEATED ? 0 : 1);
        }
    }

    @Test
    void theWindowOfTheFrameIsOnTheLog() throws InterruptedException {
        frame(102, 2, ",\"window_id\":\"w-9\"");
        beats.tick();

        try (var reader = log.readFrom(1)) {
            assertThat(reader.next()).isTrue();
            RecordedHeader header = RecordedHeader.read(reader.buffer(), 0, reader.length());
            assertThat(EventCodec.decode(header.event())).hasFieldOrPropertyWithValue("windowId", "w-9");
        }
    }
}

package beacon.node.beats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeatFrameTest {
    private static final String WHOLE = """
        {"type":"backbeat.beatframe.v1","cluster_id":"swarm","beat_index":240,"downbeat":true,"phase":"plan",
         "hlc":"7ffd:0001:beef","deadline_at":"2026-11-21T12:00:30Z","tempo_bpm":2,"window_id":"w-7",
         "metadata":{"by":["someone",{"deep":1}]},"of_a_later_version":{"x":null}}
        """;

    private static BeatFrame parse(String json) {
        return BeatFrame.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsAFrameAndPassesOverWhatItDoesNotKnow() {
        assertThat(parse(WHOLE)).isEqualTo(new BeatFrame("swarm", 240, true, "w-7", Duration.ofSeconds(30)));
    }

    @Test
    void needsNoMoreThanTypeClusterNumberAndTempo() {
        BeatFrame frame =
                parse("{\"type\":\"backbeat.beatframe.v1\",\"cluster_id\":\"a\",\"beat_index\":0,\"tempo_bpm\":120.5}");

        assertThat(frame).isEqualTo(new BeatFrame("a", 0, false, "", Duration.ofMillis(498)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"backbeat.beatframe.v1\" \"backbeat.beatframe.v2\"",
                "\"swarm\" 7",
                "240 -1",
                "240 1.5",
                "240 \"240\"",
                "240 9007199254740992",
                "240 1e400000000",
                "true \"yes\"",
                "\"plan\" \"party\"",
                "\"7ffd:0001:beef\" {}",
                "\"2026-11-21T12:00:30Z\" \"tomorrow\"",
                "2, 0,",
                "2, 1e9,",
                "2, \"fast\",",
                "\"w-7\" [\"w-7\"]",
                "\"w-7\" \"w\\u0000\"",
                "{\"type\" [\"type\"",
                "null null}"
            })
    void refusesAFrameWithOneThingWrong(String change) {
        int gap = change.indexOf(' ', change.startsWith("2,") ? 3 : 0);
        if (change.startsWith("2,")) {
            gap = 2;
        }
        String wrong = WHOLE.replace(change.substring(0, gap), change.substring(gap + 1));

        assertThat(wrong).isNotEqualTo(WHOLE);
        assertThatThrownBy(() -> parse(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected ");
    }

    @Test
    void refusesDepthThatWouldBeAStackOverflow() {
        String deep = "[".repeat(8_000) + "]".repeat(8_000);

        assertThatThrownBy(() -> parse(WHOLE.replace("null", deep))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAnyFrameThatIsCutOrHasARandomByte() {
        byte[] whole = WHOLE.strip().getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(1);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> BeatFrame.parse(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        for (int i = 0; i < 2_000; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            try {
                // It may still be a frame, with another text or number in it.
                assertThat(BeatFrame.parse(changed).beatIndex()).isNotNegative();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("expected ");
            }
        }
    }
}

package beacon.node.beats;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/**
 * What BACKBEAT is told: a status claim after each pulse and a bar report after each reverb, by the member that leads. They
 * say how the work is, and nothing waits for them.
 */
public final class BeatReports {
    private final NatsSettings settings;
    private final String agent;
    private final BiConsumer<String, byte[]> send;
    private long fromBeat = -1;
    private long healedBefore;
    private long failedBefore;

    /**
     * Reports.
     *
     * @param agent who reports
     * @param send takes a subject and a message
     */
    public BeatReports(NatsSettings settings, String agent, BiConsumer<String, byte[]> send) {
        this.settings = settings;
        this.agent = agent;
        this.send = send;
    }

    /**
     * How the steward's work is.
     *
     * @param endangered groups that are not whole
     * @param planned shards to bring back that the last decision named
     * @param healed shards brought back since the process began
     * @param failed attempts since then that failed
     */
    public record Work(int endangered, int planned, long healed, long failed) {}

    /** A beat was struck. */
    public void struck(BeatSource.Struck beat, int pulseBeats, Work work) {
        if (!settings.claims().isEmpty()) {
            JsonObject claim = message("backbeat.statusclaim.v1");
            claim.addProperty("task_id", "pin-steward");
            claim.addProperty("beat_index", beat.index());
            claim.addProperty("state", work.planned() > 0 ? "executing" : "done");
            claim.addProperty("beats_left", work.planned() > 0 ? pulseBeats : 0);
            claim.addProperty("progress", work.planned() > 0 ? 0.0 : 1.0);
            claim.addProperty(
                    "notes",
                    "%d groups not whole, %d shards to bring back".formatted(work.endangered(), work.planned()));
            send.accept(settings.claims(), bytes(claim));
        }
        if (beat.isReverb()) {
            report(beat.index(), work);
        }
    }

    private void report(long beat, Work work) {
        if (!settings.reports().isEmpty()) {
            JsonObject report = message("backbeat.barreport.v1");
            report.addProperty("from_beat", fromBeat < 0 ? beat : fromBeat);
            report.addProperty("to_beat", beat);
            report.addProperty("endangered", work.endangered());
            report.addProperty("healed", work.healed() - healedBefore);
            report.addProperty("failed", work.failed() - failedBefore);
            send.accept(settings.reports(), bytes(report));
        }
        fromBeat = beat;
        healedBefore = work.healed();
        failedBefore = work.failed();
    }

    private JsonObject message(String type) {
        JsonObject message = new JsonObject();
        message.addProperty("type", type);
        message.addProperty("cluster_id", settings.clusterId());
        message.addProperty("agent_id", agent);
        return message;
    }

    private static byte[] bytes(JsonObject message) {
        return message.toString().getBytes(StandardCharsets.UTF_8);
    }
}

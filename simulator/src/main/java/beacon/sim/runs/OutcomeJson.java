package beacon.sim.runs;

import beacon.sim.world.RunOutcome;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** Outcomes as JSON: what all families have in common comes first. */
public final class OutcomeJson {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    private OutcomeJson() {}

    /**
     * The beginning of an outcome.
     *
     * @param seconds that the run took
     */
    public static JsonObject of(String scenario, long seed, RunOutcome outcome, double seconds) {
        JsonObject json = new JsonObject();
        json.addProperty("scenario", scenario);
        json.addProperty("seed", seed);
        json.addProperty("holds", outcome.holds());
        outcome.violation().ifPresent(violation -> {
            json.addProperty("invariant", violation.invariant().name());
            json.addProperty("violation", violation.text());
            json.addProperty("violated_at_micros", violation.at());
        });
        json.addProperty("trace_sha256", outcome.traceHash());
        json.addProperty("virtual_micros", outcome.micros());
        json.addProperty("seconds", seconds);
        json.addProperty("steps", outcome.steps());
        return json;
    }

    /** A name and a text that goes with it. */
    public static JsonObject named(String name, String of, String text) {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.addProperty(of, text);
        return json;
    }

    /** As one line. */
    public static String line(JsonElement json) {
        return JSON.toJson(json);
    }
}

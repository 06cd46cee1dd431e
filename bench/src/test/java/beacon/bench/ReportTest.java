package beacon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void theJsonHasTheMembersThatComparisonsOverTimeRelyOn() {
        Map<String, Object> conditions = new LinkedHashMap<>();
        conditions.put("cpus", 2);
        conditions.put("fsync", true);
        Result.Baseline etcd = Result.Baseline.of("etcd 3.4.23", List.of(8_120.0));
        Result compared = Result.against("in_flight_1000", Unit.EVENTS_PER_SECOND, List.of(41_230.0), etcd, 5.0);
        Result alone = Result.against("in_flight_64", Unit.EVENTS_PER_SECOND, List.of(20_000.0), null, 3.0);

        String json = new Report("append", "3b57fdd", conditions, List.of(compared, alone)).toJson();

        JsonObject report = JsonParser.parseString(json).getAsJsonObject();
        assertThat(report.keySet()).containsExactly("bench", "commit", "conditions", "results");
        assertThat(report.getAsJsonObject("conditions").get("fsync").getAsBoolean())
                .isTrue();
        JsonObject first = report.getAsJsonArray("results").get(0).getAsJsonObject();
        assertThat(first.keySet())
                .containsExactly("name", "value", "unit", "runs", "baseline", "limit", "ratio", "goal", "met");
        assertThat(first.getAsJsonObject("baseline").keySet()).containsExactly("name", "value", "runs");
        assertThat(first.get("unit").getAsString()).isEqualTo("events/s");
        assertThat(first.get("ratio").getAsDouble()).isEqualTo(41_230.0 / 8_120.0);
        JsonObject second = report.getAsJsonArray("results").get(1).getAsJsonObject();
        assertThat(second.get("baseline").isJsonNull()).isTrue();
        assertThat(second.get("met").isJsonNull()).isTrue();
    }
}

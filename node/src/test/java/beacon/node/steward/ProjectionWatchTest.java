package beacon.node.steward;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.steward.ProjectionWatch.Difference;
import beacon.node.steward.ProjectionWatch.Seen;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProjectionWatchTest {
    private static final Set<String> MEMBERS = Set.of("m1", "m2", "m3");

    private final ProjectionWatch watch = new ProjectionWatch();

    @Test
    void namesTheProjectionTheMembersAndTheRangeInWhichTheyBeganToDiffer() {
        List<Difference> before =
                watch.compare(MEMBERS, all(at("pins", 100, "a", "a", "a"), at("keys", 100, "k", "k", "k")));
        List<Difference> after =
                watch.compare(MEMBERS, all(at("pins", 200, "b", "x", "b"), at("keys", 200, "k", "k", "k")));

        assertThat(before).isEmpty();
        assertThat(after)
                .containsExactly(
                        new Difference("pins", 1, 100, 200, new TreeMap<>(Map.of("m1", "b", "m2", "x", "m3", "b"))));
    }

    @Test
    void membersAtDifferentEntriesAreNotCompared() {
        List<Seen> seen = List.of(
                new Seen("m1", "pins", 1, 10, "a"),
                new Seen("m2", "pins", 1, 11, "b"),
                new Seen("m3", "pins", 1, 12, "c"));

        assertThat(watch.compare(MEMBERS, seen)).isEmpty();
        assertThat(ProjectionWatch.isComplete(MEMBERS, seen)).isFalse();
    }

    @Test
    void twoMembersAreEnoughToDiffer() {
        List<Difference> differ =
                watch.compare(MEMBERS, List.of(new Seen("m1", "pins", 1, 10, "a"), new Seen("m3", "pins", 1, 10, "b")));

        assertThat(differ).extracting(Difference::firstDifferent).containsExactly(10L);
    }

    /** Else the range would begin too late: the one that was not seen may have differed already. */
    @Test
    void equalMeansAllMembers() {
        watch.compare(MEMBERS, at("pins", 50, "a", "a", "a"));
        watch.compare(MEMBERS, List.of(new Seen("m1", "pins", 1, 100, "b"), new Seen("m2", "pins", 1, 100, "b")));

        List<Difference> differ = watch.compare(MEMBERS, at("pins", 200, "c", "c", "x"));

        assertThat(differ).extracting(Difference::lastEqual).containsExactly(50L);
    }

    @Test
    void theRangeIsNarrowedByWhatIsSeenLater() {
        watch.compare(MEMBERS, at("pins", 9_000, "a", "x", "a"));

        List<Difference> differ =
                watch.compare(MEMBERS, all(at("pins", 4_096, "b", "b", "b"), at("pins", 8_192, "c", "y", "c")));

        assertThat(differ).singleElement().satisfies(each -> {
            assertThat(each.lastEqual()).isEqualTo(4_096);
            assertThat(each.firstDifferent()).isEqualTo(8_192);
        });
    }

    @Test
    void theAlarmStaysUntilAllMembersAreEqualBehindTheDifference() {
        watch.compare(MEMBERS, at("pins", 200, "b", "x", "b"));

        assertThat(watch.compare(MEMBERS, List.of())).hasSize(1);
        assertThat(watch.compare(MEMBERS, at("pins", 100, "a", "a", "a"))).hasSize(1);
        assertThat(watch.compare(MEMBERS, at("pins", 300, "c", "c", "c"))).isEmpty();
    }

    @Test
    void versionsOfAProjectionAreNotComparedWithEachOther() {
        List<Seen> seen = new ArrayList<>(at("pins", 10, "a", "a", "a"));
        seen.set(1, new Seen("m2", "pins", 2, 10, "other"));

        assertThat(watch.compare(MEMBERS, seen)).isEmpty();
    }

    /** Digests of an entry do not change, so two looks together may show all members at one. */
    @Test
    void looksAddUp() {
        List<Seen> seen = new ArrayList<>(List.of(
                new Seen("m1", "pins", 1, 11, "b"),
                new Seen("m2", "pins", 1, 10, "a"),
                new Seen("m3", "pins", 1, 10, "a")));
        assertThat(ProjectionWatch.isComplete(MEMBERS, seen)).isFalse();

        seen.add(new Seen("m2", "pins", 1, 11, "b"));
        seen.add(new Seen("m3", "pins", 1, 11, "b"));

        assertThat(ProjectionWatch.isComplete(MEMBERS, seen)).isTrue();
    }

    @Test
    void theGaugeNamesTheProjectionsThatDiffer() throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        StewardGauges.differing(registry, () -> new TreeMap<>(Map.of("keys", false, "pins", true)));
        ByteArrayOutputStream text = new ByteArrayOutputStream();

        PrometheusTextFormatWriter.create().write(text, registry.scrape());

        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains(
                        "beacon_projections_differ{projection=\"keys\"} 0.0",
                        "beacon_projections_differ{projection=\"pins\"} 1.0");
    }

    private static List<Seen> at(String projection, long sequence, String first, String second, String third) {
        return List.of(
                new Seen("m1", projection, 1, sequence, first),
                new Seen("m2", projection, 1, sequence, second),
                new Seen("m3", projection, 1, sequence, third));
    }

    @SafeVarargs
    private static List<Seen> all(List<Seen>... parts) {
        List<Seen> all = new ArrayList<>();
        for (List<Seen> part : parts) {
            all.addAll(part);
        }
        return all;
    }
}

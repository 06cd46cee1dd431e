package beacon.sim.custody;

import beacon.sim.custody.CustodyFault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Custodians, what an operator does with them, and what happens to them.
 *
 * @param custodians holders of a key, as long as there are so many
 * @param spares further custodians, who can take somebody's place
 * @param artifacts that are sealed at the beginning; more come later
 */
public record CustodyScenario(
        String name,
        String description,
        int custodians,
        int spares,
        int threshold,
        int artifacts,
        Duration duration,
        List<CustodyTask> tasks,
        List<CustodyFault> faults) {
    public CustodyScenario {
        tasks = List.copyOf(tasks);
        faults = List.copyOf(faults);
        if (threshold < 2 || custodians < threshold || custodians + spares > 20 || artifacts < 1) {
            throw new IllegalArgumentException("expected a threshold of 2 to n, at most 20 custodians and an artifact");
        }
    }

    /** Those that come with Beacon. */
    public static List<CustodyScenario> all() {
        return List.of(turnover(), rotation(), refresh(), lost(), lying());
    }

    private static CustodyScenario turnover() {
        return of(
                "custodian-turnover",
                "Holders are replaced one after the other, some of them in the middle of a power loss, while"
                        + " readers open artifacts.",
                24,
                List.of(
                        task(CustodyTask.Kind.REPLACE, 60),
                        task(CustodyTask.Kind.REPLACE, 240),
                        task(CustodyTask.Kind.REPLACE, 420),
                        task(CustodyTask.Kind.REPLACE, 600),
                        task(CustodyTask.Kind.REPLACE, 780),
                        task(CustodyTask.Kind.REPLACE, 960)),
                fault(Kind.TORN, 59, 1, 0),
                fault(Kind.WIPE, 180, 1, 20),
                fault(Kind.TORN, 419, 2, 0),
                fault(Kind.LOSS, 540, 2, 180),
                fault(Kind.OPERATOR, 781, 0, 10),
                fault(Kind.POWER, 900, 2, 90));
    }

    private static CustodyScenario rotation() {
        return of(
                "kek-rotation",
                "The key is replaced and all artifacts are rewrapped, twice, while custodians and operator lose"
                        + " their power in the middle.",
                20,
                List.of(task(CustodyTask.Kind.ROTATE, 60), task(CustodyTask.Kind.ROTATE, 600)),
                fault(Kind.OPERATOR, 61, 0, 5),
                fault(Kind.TORN, 60, 1, 0),
                fault(Kind.POWER, 68, 1, 10),
                fault(Kind.TORN, 599, 2, 0),
                fault(Kind.LOSS, 590, 2, 60),
                fault(Kind.OPERATOR, 612, 0, 15),
                fault(Kind.CUT, 630, 2, 60));
    }

    private static CustodyScenario refresh() {
        return of(
                "share-refresh",
                "Shares are refreshed again and again, while custodians are cut off, from each other or from the"
                        + " log, and all lose their power at once.",
                24,
                Stream.of(60, 180, 300, 420, 540, 660, 900, 1080)
                        .map(minute -> task(CustodyTask.Kind.REFRESH, minute))
                        .toList(),
                fault(Kind.CUT, 170, 2, 60),
                fault(Kind.TORN, 299, 2, 0),
                fault(Kind.LOG_AWAY, 410, 2, 45),
                fault(Kind.LOSS, 530, 3, 90),
                fault(Kind.POWER, 670, 5, 20),
                fault(Kind.TORN, 899, 5, 0));
    }

    private static CustodyScenario lost() {
        return of(
                "lost-custodians",
                "As many holders are gone for good as may be, and everything opens; then one more, and nothing"
                        + " does.",
                14,
                List.of(task(CustodyTask.Kind.REFRESH, 60)),
                fault(Kind.GONE, 120, 2, 0),
                fault(Kind.GONE, 600, 1, 0));
    }

    private static CustodyScenario lying() {
        return of(
                "lying-custodian",
                "A holder answers readers with wrong partials, through refresh, rotation and rewrap, while"
                        + " another one is away.",
                16,
                List.of(
                        task(CustodyTask.Kind.REFRESH, 120),
                        task(CustodyTask.Kind.ROTATE, 240),
                        task(CustodyTask.Kind.REPLACE, 480)),
                fault(Kind.LIE, 30, 1, 840),
                fault(Kind.CUT, 360, 1, 60));
    }

    private static CustodyScenario of(
            String name, String description, int hours, List<CustodyTask> tasks, CustodyFault... faults) {
        return new CustodyScenario(name, description, 5, 2, 3, 20, Duration.ofHours(hours), tasks, List.of(faults));
    }

    static CustodyTask task(CustodyTask.Kind kind, long minute) {
        return new CustodyTask(kind, Duration.ofMinutes(minute));
    }

    static CustodyFault fault(Kind kind, long minute, int count, long minutes) {
        return new CustodyFault(kind, Duration.ofMinutes(minute), count, Duration.ofMinutes(minutes));
    }

    /** One of those that come with Beacon. */
    public static Optional<CustodyScenario> named(String name) {
        return all().stream().filter(one -> one.name().equals(name)).findFirst();
    }
}

package beacon.sim.cluster;

import beacon.index.journal.Journal;
import beacon.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a run went, looked at now and then. Changes nothing of it. */
public final class Recording {
    private static final int MOST = 4_000;
    private static final int MOST_LINES = 200_000;

    private final List<Sample> samples = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private Optional<Journal> journal = Optional.empty();
    private String latest = "";
    private boolean said;
    private long every = World.MINUTE;
    private long next;

    /**
     * One look.
     *
     * @param at microseconds since the run began
     * @param groups that were acknowledged
     * @param endangered of them of which a column is not sound on a node that answers
     * @param unreadable of them with fewer columns than are needed on nodes that answer
     * @param lost of them with fewer sound columns than are needed on any disk
     * @param margin of the worst group: columns that may still be lost before it cannot be read; below 0 it cannot
     * @param repairBytes that repairs read so far
     * @param moves columns that were brought to where they are to be so far
     * @param line of the trace that came last
     */
    public record Sample(
            long at,
            int groups,
            int endangered,
            int unreadable,
            int lost,
            int margin,
            int nodesUp,
            int membersUp,
            long repairBytes,
            long moves,
            String line) {}

    /** In the order of time. */
    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** Lines of the trace, the first of them when there are very many. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Of the member that led at the end; empty when none did. */
    public Optional<Journal> journal() {
        return journal;
    }

    void line(String line) {
        latest = line;
        said = true;
        if (lines.size() < MOST_LINES) {
            lines.add(line);
        }
    }

    void keep(Journal of) {
        journal = Optional.of(of);
    }

    /** Looks, when something was said or it is time again. */
    void look(Cluster cluster) {
        long now = cluster.world.now();
        if (said || now >= next) {
            said = false;
            next = now + every;
            samples.add(sample(cluster));
            if (samples.size() >= MOST) {
                thin();
            }
        }
    }

    /** Keeps every second look, and those at which things were worse than at the ones beside. */
    private void thin() {
        List<Sample> kept = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            boolean worse = i > 0 && sample.margin() < samples.get(i - 1).margin();
            if (i % 2 == 0 || worse) {
                kept.add(sample);
            }
        }
        samples.clear();
        samples.addAll(kept);
        every *= 2;
    }

    private Sample sample(Cluster cluster) {
        int[] counts = new int[4];
        int[] margin = {Integer.MAX_VALUE};
        cluster.invariants.census((columns, needed, sound, readable) -> {
            counts[0]++;
            counts[1] += readable < columns ? 1 : 0;
            counts[2] += readable < needed ? 1 : 0;
            counts[3] += sound < needed ? 1 : 0;
            margin[0] = Math.min(margin[0], readable - needed);
        });
        int up = (int) cluster.fleet.nodes().stream()
                .filter(node -> cluster.fleet.answers(node))
                .count();
        int members = (int) cluster.members.stream().filter(Member::isUp).count();
        return new Sample(
                cluster.world.now(),
                counts[0],
                counts[1],
                counts[2],
                counts[3],
                counts[0] == 0 ? 0 : margin[0],
                up,
                members,
                cluster.bytesRead(),
                cluster.moves(),
                latest);
    }
}

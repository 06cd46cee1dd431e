package beacon.node.fault;

import beacon.node.process.MemberCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 1: an acknowledged append is never lost, reordered or changed, whoever is killed. {@code -Dbeacon.kill.rounds=50} is
 * the long form.
 */
class KilledMembersIT {
    private static final int ROUNDS = Integer.getInteger("beacon.kill.rounds", 25);
    private static final int MAX_APPENDS_BEFORE_KILL = 150;
    private static final int APPENDS_BEFORE_RESTART = 25;

    /** Every so many rounds: the leader; a majority at once; everybody at once. */
    private static final int LEADER = 3;

    private static final int MAJORITY = 10;
    private static final int EVERYBODY = 25;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @Test
    void killsUnderLoadLoseNothingAndRepeatNothing() {
        long seed = new SplittableRandom().nextLong();
        System.out.println("KilledMembersIT seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        MemberCluster.Options options = Faults.options();
        try (MemberCluster cluster = MemberCluster.start(directory, options);
                Workload workload = Workload.start(cluster, random.nextLong())) {
            for (int round = 1; round <= ROUNDS; round++) {
                workload.awaitProgress(1 + random.nextInt(MAX_APPENDS_BEFORE_KILL));
                List<String> victims = victims(cluster, round, random);
                victims.forEach(cluster::kill);
                if (victims.size() == 1) {
                    workload.awaitProgress(APPENDS_BEFORE_RESTART);
                }
                victims.forEach(cluster::start);
                victims.forEach(cluster::awaitReady);
            }
            workload.awaitProgress(APPENDS_BEFORE_RESTART);

            Promises.check(cluster, cluster.ids(), workload);
        }
    }

    private static List<String> victims(MemberCluster cluster, int round, SplittableRandom random) {
        List<String> ids = cluster.ids();
        if (round % EVERYBODY == 0) {
            return ids;
        }
        String one = round % LEADER == 0 ? cluster.awaitLeader(ids) : ids.get(random.nextInt(ids.size()));
        if (round % MAJORITY == 0) {
            String other =
                    ids.stream().filter(id -> !id.equals(one)).findFirst().orElseThrow();
            return List.of(one, other);
        }
        return List.of(one);
    }
}

package beacon.index.ratis;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One poll of members: is this still the term of a majority? While a configuration changes, a majority of the old and
 * one of the new must say so (Ongaro, "Consensus: Bridging Theory and Practice", sections 4.3 and 6.4).
 */
final class TermPoll {
    private final long term;
    private final List<Set<String>> configurations;
    private final Set<String> agreed = new HashSet<>();
    private final Set<String> lost = new HashSet<>();
    private final CompletableFuture<Boolean> result = new CompletableFuture<>();

    /**
     * A poll without answers.
     *
     * @param configurations ids of the voting members, of every configuration in force
     */
    TermPoll(long term, Collection<? extends Collection<String>> configurations) {
        this.term = term;
        this.configurations = configurations.stream()
                .<Set<String>>map(HashSet::new)
                .filter(members -> !members.isEmpty())
                .toList();
        if (this.configurations.isEmpty()) {
            throw new IllegalArgumentException("expected members to ask, but found none");
        }
    }

    /** True when a majority was in this term, false when too many were in another or did not answer. */
    CompletionStage<Boolean> result() {
        return result;
    }

    /** A member said which term it is in, after this poll began. */
    void answered(String member, long itsTerm) {
        note(itsTerm <= term ? agreed : lost, member);
    }

    /** A member did not answer. */
    void failed(String member) {
        note(lost, member);
    }

    private void note(Set<String> votes, String member) {
        boolean confirmed;
        boolean refuted;
        synchronized (this) {
            votes.add(member);
            confirmed = configurations.stream().allMatch(all -> majority(all, agreed));
            refuted = configurations.stream().anyMatch(all -> unreachable(all, lost));
        }
        // Outside the lock: what waits for the result may begin the next poll.
        if (confirmed) {
            result.complete(true);
        } else if (refuted) {
            result.complete(false);
        }
    }

    private static boolean majority(Set<String> all, Set<String> votes) {
        return 2 * count(all, votes) > all.size();
    }

    private static boolean unreachable(Set<String> all, Set<String> lost) {
        return 2 * (all.size() - count(all, lost)) <= all.size();
    }

    private static long count(Set<String> all, Set<String> votes) {
        return votes.stream().filter(all::contains).count();
    }
}

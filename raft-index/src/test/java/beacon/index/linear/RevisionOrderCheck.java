package beacon.index.linear;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Decides the same question as {@link WingGongCheck} over a {@link RevisionRegister} in O(n log n), given what the
 * journal holds about the address afterwards. The journal tells which appends without an answer took effect and puts all
 * of them in one order; nothing is left to search. It also sees what no client noticed: an acknowledged append that is
 * missing, one that is there twice, one that nobody made.
 *
 * <p>An append that made revision r gets rank 2r, an operation that saw revision r gets rank 2r + 1. Ordering by rank,
 * then by time of invocation, is the only order worth trying; it respects real time exactly when no operation was over
 * before one of a smaller rank began.
 */
public final class RevisionOrderCheck {
    private RevisionOrderCheck() {}

    /**
     * Checks the operations on one address.
     *
     * @param values what the journal holds about the address: value of revision 1, 2, 3, …
     */
    public static Verdict check(List<Operation<RegisterCall>> operations, List<String> values) {
        Map<String, Long> revisionOf = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            Long earlier = revisionOf.put(values.get(i), i + 1L);
            if (earlier != null) {
                return violation("%s is revision %d and again revision %d".formatted(values.get(i), earlier, i + 1));
            }
        }
        List<Ranked> ranked = new ArrayList<>();
        Set<String> offered = new HashSet<>();
        for (Operation<RegisterCall> operation : operations) {
            String offer = offeredBy(operation.call());
            if (!offer.isEmpty() && !offered.add(offer)) {
                throw new IllegalArgumentException("expected unique values, but found " + offer + " twice");
            }
            long rank = rank(operation.call(), values, revisionOf);
            if (rank == IMPOSSIBLE) {
                return violation("the journal does not explain %s".formatted(operation));
            }
            if (rank != NO_EFFECT) {
                ranked.add(new Ranked(operation, rank));
            }
        }
        for (String value : values) {
            if (!offered.contains(value)) {
                return violation("%s is in the journal, but nobody appended it".formatted(value));
            }
        }
        return checkRealTime(ranked);
    }

    private static final long IMPOSSIBLE = -1;
    private static final long NO_EFFECT = -2;

    private static long rank(RegisterCall call, List<String> values, Map<String, Long> revisionOf) {
        if (call instanceof RegisterCall.Appended appended) {
            boolean explained = Long.valueOf(appended.revision()).equals(revisionOf.get(appended.value()))
                    && expects(appended.expectedRevision(), appended.revision() - 1);
            return explained ? 2 * appended.revision() : IMPOSSIBLE;
        }
        if (call instanceof RegisterCall.AppendUnknown unknown) {
            Long revision = revisionOf.get(unknown.value());
            if (revision == null) {
                return NO_EFFECT;
            }
            return expects(unknown.expectedRevision(), revision - 1) ? 2 * revision : IMPOSSIBLE;
        }
        if (call instanceof RegisterCall.FoundStale stale) {
            boolean explained = stale.currentRevision() != stale.expectedRevision()
                    && stale.currentRevision() <= values.size()
                    && !revisionOf.containsKey(stale.value());
            return explained ? 2 * stale.currentRevision() + 1 : IMPOSSIBLE;
        }
        RegisterCall.Read read = (RegisterCall.Read) call;
        boolean explained = read.revision() == 0
                ? read.value().isEmpty()
                : read.revision() <= values.size()
                        && values.get((int) read.revision() - 1).equals(read.value());
        return explained ? 2 * read.revision() + 1 : IMPOSSIBLE;
    }

    private static Verdict checkRealTime(List<Ranked> ranked) {
        List<Ranked> byInvocation = new ArrayList<>(ranked);
        byInvocation.sort(Comparator.comparingLong(one -> one.operation.invokedAt()));
        List<Ranked> byAnswer = new ArrayList<>(ranked);
        byAnswer.removeIf(one -> one.operation.isOpen());
        byAnswer.sort(Comparator.comparingLong(one -> one.operation.returnedAt()));
        Ranked highest = null;
        int answered = 0;
        for (Ranked one : byInvocation) {
            while (answered < byAnswer.size()
                    && byAnswer.get(answered).operation.isBefore(one.operation)) {
                Ranked over = byAnswer.get(answered++);
                highest = highest == null || over.rank > highest.rank ? over : highest;
            }
            if (highest != null && highest.rank > one.rank) {
                return violation(
                        "%s came after %s, but took effect before it".formatted(one.operation, highest.operation));
            }
        }
        return new Verdict.Linearizable();
    }

    private static String offeredBy(RegisterCall call) {
        if (call instanceof RegisterCall.Appended appended) {
            return appended.value();
        }
        if (call instanceof RegisterCall.AppendUnknown unknown) {
            return unknown.value();
        }
        return call instanceof RegisterCall.FoundStale stale ? stale.value() : "";
    }

    private static boolean expects(OptionalLong expected, long revision) {
        return expected.isEmpty() || expected.getAsLong() == revision;
    }

    private static Verdict violation(String detail) {
        return new Verdict.Violation(detail);
    }

    private record Ranked(Operation<RegisterCall> operation, long rank) {}
}

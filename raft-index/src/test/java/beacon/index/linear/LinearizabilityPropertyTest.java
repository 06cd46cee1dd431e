package beacon.index.linear;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Generated histories: the linearizable ones pass, one lie in them is found, and both checks say the same. */
class LinearizabilityPropertyTest {
    /** Each one doubles the search of a history that has no explanation. */
    private static final int MAX_UNANSWERED = 4;

    @Property(tries = 300)
    void acceptsEveryLinearizableHistory(@ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int size) {
        Run run = Run.linearizable(new Random(seed), size);

        assertThat(run.search()).isEqualTo(new Verdict.Linearizable());
        assertThat(run.ordered()).isEqualTo(new Verdict.Linearizable());
    }

    @Property(tries = 300)
    void findsOneLieInALinearizableHistory(@ForAll long seed, @ForAll @IntRange(min = 0, max = 40) int size) {
        Random random = new Random(seed);
        Run run = Run.linearizable(random, size);
        String lie = run.lie(random);

        assertThat(run.search()).as(lie).isInstanceOf(Verdict.Violation.class);
        assertThat(run.ordered()).as(lie).isInstanceOf(Verdict.Violation.class);
    }

    /** The search and the check by order are independent; small histories with arbitrary answers compare them. */
    @Property(tries = 2_000)
    void bothChecksAgreeOnArbitraryHistories(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int size) {
        Run run = Run.arbitrary(new Random(seed), size);

        boolean someJournalExplains = run.possibleJournals().stream()
                .anyMatch(journal ->
                        RevisionOrderCheck.check(run.operations, journal).isLinearizable());

        assertThat(run.search().isLinearizable()).isEqualTo(someJournalExplains);
        Statistics.collect(someJournalExplains);
        Statistics.coverage(coverage -> {
            coverage.check(true).percentage(percent -> percent > 5);
            coverage.check(false).percentage(percent -> percent > 5);
        });
    }

    private record Run(List<Operation<RegisterCall>> operations, List<String> journal) {
        /** Each operation takes effect at a moment of its own, is invoked a bit before and answered a bit after. */
        static Run linearizable(Random random, int size) {
            Run run = new Run(new ArrayList<>(), new ArrayList<>());
            run.append(0, 5, OptionalLong.empty());
            int unanswered = 0;
            for (int i = 1; i <= size; i++) {
                long moment = i * 10L;
                long from = moment - random.nextInt(60);
                long to = moment + random.nextInt(60);
                long revision = run.journal.size();
                switch (random.nextInt(6)) {
                    case 0, 1 -> run.append(from, to, OptionalLong.empty());
                    case 2 -> run.append(from, to, OptionalLong.of(revision));
                    case 3 -> run.add(new RegisterCall.FoundStale("s" + i, revision + 1, revision), from, to);
                    case 4 -> {
                        if (unanswered++ < MAX_UNANSWERED) {
                            run.unanswered(i, from, random.nextBoolean());
                        }
                    }
                    default -> run.add(new RegisterCall.Read(revision, run.last()), from, to);
                }
            }
            return run;
        }

        static Run arbitrary(Random random, int size) {
            Run run = new Run(new ArrayList<>(), new ArrayList<>());
            for (int i = 0; i < size; i++) {
                long from = random.nextInt(20);
                long to = from + random.nextInt(20);
                OptionalLong expected =
                        random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextInt(3));
                long revision = random.nextInt(4);
                switch (random.nextInt(4)) {
                    case 0 -> run.add(new RegisterCall.Appended("v" + i, expected, Math.max(1, revision)), from, to);
                    case 1 -> run.add(new RegisterCall.AppendUnknown("v" + i, expected), from, Operation.NEVER);
                    case 2 -> run.add(new RegisterCall.FoundStale("v" + i, random.nextInt(3), revision), from, to);
                    default -> {
                        String value = revision == 0 ? "" : "v" + random.nextInt(size);
                        run.add(new RegisterCall.Read(revision, value), from, to);
                    }
                }
            }
            return run;
        }

        /** Adds one false answer after, or before, everything else; returns what it was. */
        String lie(Random random) {
            long end = 1_000_000;
            long acknowledged = operations.stream()
                    .map(Operation::call)
                    .mapToLong(call -> call instanceof RegisterCall.Appended appended ? appended.revision() : 0)
                    .max()
                    .orElseThrow();
            String value = journal.get((int) acknowledged - 1);
            switch (random.nextInt(4)) {
                case 0 -> {
                    String older = acknowledged == 1 ? "" : journal.get((int) acknowledged - 2);
                    add(new RegisterCall.Read(acknowledged - 1, older), end, end + 1);
                    return "stale read";
                }
                case 1 -> {
                    add(new RegisterCall.Appended("lost", OptionalLong.empty(), acknowledged), end, end + 1);
                    return "lost update";
                }
                case 2 -> {
                    journal.add(value);
                    add(new RegisterCall.Read(journal.size(), value), end, end + 1);
                    return "applied twice";
                }
                default -> {
                    add(new RegisterCall.Read(1, journal.get(0)), -end, -end + 1);
                    return "read from the future";
                }
            }
        }

        /** Every sequence of distinct values that were offered, in every order. */
        List<List<String>> possibleJournals() {
            List<String> offered = new ArrayList<>();
            for (Operation<RegisterCall> operation : operations) {
                if (operation.call() instanceof RegisterCall.Appended appended) {
                    offered.add(appended.value());
                } else if (operation.call() instanceof RegisterCall.AppendUnknown unknown) {
                    offered.add(unknown.value());
                }
            }
            List<List<String>> journals = new ArrayList<>();
            journals.add(List.of());
            for (int i = 0; i < journals.size(); i++) {
                for (String value : offered) {
                    if (!journals.get(i).contains(value)) {
                        List<String> longer = new ArrayList<>(journals.get(i));
                        longer.add(value);
                        journals.add(longer);
                    }
                }
            }
            return journals;
        }

        Verdict search() {
            return new WingGongCheck<>(new RevisionRegister()).check(operations);
        }

        Verdict ordered() {
            return RevisionOrderCheck.check(operations, journal);
        }

        private void append(long from, long to, OptionalLong expected) {
            journal.add("v" + (journal.size() + 1));
            add(new RegisterCall.Appended(last(), expected, journal.size()), from, to);
        }

        private void unanswered(int number, long from, boolean effective) {
            String value = effective ? "v" + (journal.size() + 1) : "never" + number;
            if (effective) {
                journal.add(value);
            }
            add(new RegisterCall.AppendUnknown(value, OptionalLong.empty()), from, Operation.NEVER);
        }

        private String last() {
            return journal.isEmpty() ? "" : journal.get(journal.size() - 1);
        }

        private void add(RegisterCall call, long from, long to) {
            operations.add(new Operation<>(operations.size(), call, from, to));
        }
    }
}

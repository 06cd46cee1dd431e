package beacon.sim.runs;

import beacon.node.cli.VerbProvider.Surroundings;
import beacon.sim.world.RunOutcome;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * A verb that runs a scenario of a family with seed after seed. Exit code 1 when an invariant did not hold.
 *
 * @param <S> scenarios of the family
 * @param <O> what comes of a run
 */
public abstract class RunsVerb<S, O extends RunOutcome> implements Callable<Integer> {
    private static final int SHOWN = 30;

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SCENARIO",
            description = "One that comes with Beacon; without any, they are listed.")
    private @Nullable String name;

    @Option(names = "--seed", paramLabel = "N", description = "Of the first run (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--runs", paramLabel = "M", description = "With seeds N to N+M-1 (default: ${DEFAULT-VALUE}).")
    private int runs = 1;

    @Option(names = "--trace", description = "Print every line of what happened.")
    private boolean trace;

    protected RunsVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    protected final Surroundings surroundings() {
        return surroundings;
    }

    /** The scenario that was asked for; null when none was. */
    protected final @Nullable String name() {
        return name;
    }

    /** Whether scenarios are to be listed and none is to be run. */
    protected abstract boolean isToList();

    /** Lists what the family has. */
    protected abstract void list();

    /** The scenario of a seed. */
    protected abstract S scenario(long of);

    protected abstract O run(S scenario, long of, Consumer<String> lines);

    /** One line, for people. */
    protected abstract String line(S scenario, long of, O outcome, double seconds);

    protected abstract JsonObject json(S scenario, long of, O outcome, double seconds);

    protected abstract List<?> faults(S scenario);

    @Override
    public final Integer call() {
        if (isToList()) {
            list();
            return 0;
        }
        if (runs < 1) {
            throw wrong("expected one run or more");
        }
        boolean holds = true;
        JsonArray all = new JsonArray();
        Consumer<String> lines =
                trace && !surroundings.isJson() ? line -> surroundings.out().println(line) : line -> {};
        for (long each = seed; each < seed + runs; each++) {
            S scenario = scenario(each);
            long began = System.nanoTime();
            O outcome = run(scenario, each, lines);
            double seconds = (System.nanoTime() - began) / 1e9;
            if (surroundings.isJson()) {
                all.add(json(scenario, each, outcome, seconds));
            } else {
                surroundings.out().println(line(scenario, each, outcome, seconds));
            }
            if (!outcome.holds()) {
                holds = false;
                explain(scenario, outcome);
            }
        }
        if (surroundings.isJson()) {
            surroundings.out().println(OutcomeJson.line(all));
        }
        return holds ? 0 : 1;
    }

    /** What is wrong with how the verb was called. */
    protected final RuntimeException wrong(String message) {
        CommandSpec of = spec;
        return of == null ? new IllegalArgumentException(message) : new ParameterException(of.commandLine(), message);
    }

    private void explain(S scenario, O outcome) {
        List<String> latest = outcome.latest();
        latest.stream().skip(Math.max(0, latest.size() - SHOWN)).forEach(surroundings.err()::println);
        outcome.violation()
                .ifPresent(violation -> surroundings
                        .err()
                        .println(violation.invariant() + ": "
                                + violation.invariant().meaning()));
        faults(scenario).forEach(fault -> surroundings.err().println("  " + fault));
    }
}

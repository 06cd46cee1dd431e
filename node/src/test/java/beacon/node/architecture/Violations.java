package beacon.node.architecture;

import beacon.cycle.first.First;
import beacon.cycle.second.Second;
import beacon.index.state.Impure;
import java.util.List;

/** Classes of the test sources that break a rule each. */
final class Violations {
    static final Class<?> INDEX_USES_DHT = beacon.index.log.UsesDht.class;
    static final Class<?> DHT_USES_INDEX = beacon.dht.UsesIndex.class;
    static final Class<?> KEYS_USE_INDEX = beacon.keys.UsesIndex.class;
    static final Class<?> MODEL_USES_INDEX = beacon.model.UsesIndex.class;
    static final Class<?> VIEW_USES_JOURNAL = beacon.views.UsesJournal.class;
    static final Class<?> VIEW_USES_SIMULATOR = beacon.views.UsesSimulator.class;

    static final Class<?> CORE_USES_SHELL = beacon.model.UsesShell.class;
    static final Class<?> CORE_USES_GRPC = Impure.UsesGrpc.class;
    static final Class<?> CORE_LOGS = Impure.Logs.class;
    static final Class<?> CORE_OPENS_FILE = Impure.OpensFile.class;
    static final Class<?> CORE_OPENS_SOCKET = Impure.OpensSocket.class;
    static final Class<?> CORE_READS_CLOCK = Impure.ReadsClock.class;
    static final Class<?> CORE_HANDS_CLOCK_OVER = Impure.HandsClockOver.class;
    static final Class<?> CORE_DRAWS_CHANCE = Impure.DrawsChance.class;
    static final Class<?> CORE_READS_ENVIRONMENT = Impure.ReadsEnvironment.class;
    static final Class<?> CORE_SLEEPS = Impure.Sleeps.class;
    static final Class<?> CORE_JOINS = Impure.Joins.class;
    static final Class<?> CORE_USES_HIDDEN_POOL = Impure.UsesHiddenPool.class;
    static final Class<?> CORE_SYNCHRONIZES = Impure.Synchronizes.class;
    static final Class<?> CORE_SHARES = Impure.Shares.class;
    static final Class<?> CORE_ITERATES_AT_RANDOM = Impure.IteratesAtRandom.class;
    static final Class<?> CORE_USES_GENERATED = Impure.UsesGenerated.class;

    static final Class<?> CYCLE = First.class;
    static final Class<?> UNMARKED = beacon.unmarked.Unmarked.class;
    static final Class<?> PRINTS = beacon.node.Prints.class;
    static final Class<?> PRINTS_STACK_TRACE = beacon.node.PrintsStackTrace.class;

    private Violations() {}

    /** A cycle needs two. */
    static List<Class<?>> partnersOf(Class<?> violation) {
        return violation == First.class ? List.of(Second.class) : List.of();
    }
}

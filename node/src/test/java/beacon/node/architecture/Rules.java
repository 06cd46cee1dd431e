package beacon.node.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;

/** The rules of the package map. */
final class Rules {
    /** Threads, sockets, files, clocks. Every other package is core: pure, state in, result out. */
    private static final String[] SHELL = {
        "beacon.bench..",
        "beacon.dht.blockstore.file..",
        "beacon.dht.libp2p..",
        "beacon.dht.node..",
        "beacon.index.client..",
        "beacon.index.grpc..",
        "beacon.index.journal.file..",
        "beacon.index.observe..",
        "beacon.index.ratis..",
        "beacon.index.tls..",
        "beacon.index.tree.tiles..",
        "beacon.keys.client..",
        "beacon.keys.custodian..",
        "beacon.keys.fragments..",
        "beacon.keys.grpc..",
        "beacon.keys.vault..",
        "beacon.node..",
        "beacon.proto.grpc..",
        "beacon.sim..",
        "beacon.views.store..",
    };

    private static final DescribedPredicate<JavaClass> SHELL_CLASS =
            resideInAnyPackage(SHELL).as("classes of Beacon's shell");

    private static final DescribedPredicate<JavaClass> CORE_CLASS = describe(
            "are core",
            other -> other.getPackageName().startsWith("beacon.")
                    && !other.getPackageName().startsWith("beacon.proto.v1")
                    && !SHELL_CLASS.test(other));

    private Rules() {}

    /**
     * A rule, and classes that break it.
     *
     * @param violations at least one
     */
    record Rule(String name, ArchRule rule, List<Class<?>> violations) {
        Rule {
            violations = List.copyOf(violations);
            if (violations.isEmpty()) {
                throw new IllegalArgumentException("expected a violation of rule " + name + ", but found none");
            }
        }
    }

    static List<Rule> all() {
        List<Rule> rules = new ArrayList<>();
        planes(rules);
        core(rules);
        everywhere(rules);
        return rules;
    }

    private static void planes(List<Rule> rules) {
        String[] outside = {"beacon.views..", "beacon.steward..", "beacon.node.."};
        rules.add(new Rule(
                "the index knows no other plane",
                noClasses()
                        .that(resideInAPackage("beacon.index.."))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage("beacon.dht..", "beacon.keys..")
                                .or(resideInAnyPackage(outside))),
                List.of(Violations.INDEX_USES_DHT)));
        rules.add(new Rule(
                "the data plane knows no other plane",
                noClasses()
                        .that(resideInAPackage("beacon.dht.."))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage("beacon.index..", "beacon.keys..")
                                .or(resideInAnyPackage(outside))),
                List.of(Violations.DHT_USES_INDEX)));
        rules.add(new Rule(
                "the key plane knows no other plane",
                noClasses()
                        .that(resideInAPackage("beacon.keys.."))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage("beacon.index..", "beacon.dht..")
                                .or(resideInAnyPackage(outside))),
                List.of(Violations.KEYS_USE_INDEX)));
        rules.add(new Rule(
                "the model knows no plane",
                noClasses()
                        .that(resideInAPackage("beacon.model.."))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(
                                        "beacon.index..", "beacon.dht..", "beacon.keys..", "beacon.proto.grpc..")
                                .or(resideInAnyPackage(outside))),
                List.of(Violations.MODEL_USES_INDEX)));
        rules.add(new Rule(
                "of the index, others use only its log",
                noClasses()
                        .that(describe(
                                "are outside the index, node, simulator and benchmarks",
                                other -> other.getPackageName().startsWith("beacon.")
                                        && !resideInAnyPackage(
                                                        "beacon.index..",
                                                        "beacon.node..",
                                                        "beacon.sim..",
                                                        "beacon.bench..")
                                                .test(other)))
                        .should()
                        .dependOnClassesThat(describe(
                                "are of the index, and not of its log",
                                other -> other.getPackageName().startsWith("beacon.index.")
                                        && !other.getPackageName().equals("beacon.index.log"))),
                List.of(Violations.VIEW_USES_JOURNAL)));
        rules.add(new Rule(
                "nothing uses the simulator",
                noClasses()
                        .that(resideInAPackage("beacon..")
                                .and(DescribedPredicate.not(resideInAPackage("beacon.sim.."))))
                        .should()
                        .dependOnClassesThat(resideInAPackage("beacon.sim..")),
                List.of(Violations.VIEW_USES_SIMULATOR)));
    }

    private static void core(List<Rule> rules) {
        rules.add(new Rule(
                "core uses no shell of Beacon",
                noClasses().that(CORE_CLASS).should().dependOnClassesThat(SHELL_CLASS),
                List.of(Violations.CORE_USES_SHELL)));
        rules.add(new Rule(
                "core uses no library that does I/O",
                noClasses().that(CORE_CLASS).should().dependOnClassesThat(Purity.IO_LIBRARY),
                List.of(Violations.CORE_USES_GRPC, Violations.CORE_LOGS)));
        rules.add(new Rule(
                "core uses no files and no sockets",
                noClasses().that(CORE_CLASS).should().dependOnClassesThat(Purity.FILE_OR_SOCKET),
                List.of(Violations.CORE_OPENS_FILE, Violations.CORE_OPENS_SOCKET)));
        rules.add(new Rule(
                "core reads no clock and draws no chance",
                noClasses().that(CORE_CLASS).should().accessTargetWhere(Purity.CLOCK_OR_CHANCE),
                List.of(
                        Violations.CORE_READS_CLOCK,
                        Violations.CORE_HANDS_CLOCK_OVER,
                        Violations.CORE_DRAWS_CHANCE,
                        Violations.CORE_READS_ENVIRONMENT)));
        rules.add(new Rule(
                "core starts no thread and waits for none",
                noClasses().that(CORE_CLASS).should().accessTargetWhere(Purity.THREAD),
                List.of(Violations.CORE_SLEEPS, Violations.CORE_JOINS, Violations.CORE_USES_HIDDEN_POOL)));
        rules.add(new Rule(
                "core has no synchronized method",
                noMethods()
                        .that()
                        .areDeclaredInClassesThat(CORE_CLASS)
                        .should()
                        .haveModifier(JavaModifier.SYNCHRONIZED),
                List.of(Violations.CORE_SYNCHRONIZES)));
        rules.add(new Rule(
                "core has no volatile, lock or atomic field",
                noFields()
                        .that()
                        .areDeclaredInClassesThat(CORE_CLASS)
                        .should()
                        .haveModifier(JavaModifier.VOLATILE)
                        .orShould()
                        .haveRawType(
                                resideInAnyPackage("java.util.concurrent.locks..", "java.util.concurrent.atomic..")),
                List.of(Violations.CORE_SHARES)));
        rules.add(new Rule(
                "core iterates in no salted or identity order",
                noClasses().that(CORE_CLASS).should().accessTargetWhere(Purity.UNSTABLE_ORDER),
                List.of(Violations.CORE_ITERATES_AT_RANDOM)));
    }

    private static void everywhere(List<Rule> rules) {
        rules.add(new Rule(
                "no package cycles",
                slices().matching("beacon.(**)").should().beFreeOfCycles(),
                List.of(Violations.CYCLE)));
        rules.add(new Rule(
                "every package is null-marked",
                noClasses()
                        .that(describe(
                                "are hand-written",
                                other -> other.getPackageName().startsWith("beacon")
                                        && !other.getPackageName().startsWith("beacon.proto.v1")))
                        .should(describeUnmarked()),
                List.of(Violations.UNMARKED)));
        rules.add(new Rule(
                "generated types stop at codecs, services and clients",
                noClasses()
                        .that(describe("are no codec, service or client", Rules::mustNotSeeGeneratedTypes))
                        .should()
                        .dependOnClassesThat(resideInAPackage("beacon.proto.v1..")),
                List.of(Violations.CORE_USES_GENERATED)));
        rules.add(new Rule(
                "only the command line prints",
                noClasses()
                        .that(resideInAPackage("beacon..")
                                .and(DescribedPredicate.not(resideInAPackage("beacon.node.cli.."))))
                        .should()
                        .accessTargetWhere(Purity.STANDARD_STREAM),
                List.of(Violations.PRINTS, Violations.PRINTS_STACK_TRACE)));
    }

    private static boolean mustNotSeeGeneratedTypes(JavaClass other) {
        JavaClass outermost = other;
        while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
        }
        boolean mayByPackage = resideInAnyPackage(
                        "beacon.proto..",
                        // Admission is the codec of what clients send: it checks and translates the request in one go.
                        "beacon.index.admission",
                        // A member is a client of the others while it catches up.
                        "beacon.index.ratis",
                        // The command line is a client; these are the codecs of its JSON and of its backup files.
                        "beacon.node.cli",
                        "beacon.node.custody",
                        // Clients of the index, too: where artifacts are, and which nodes there are.
                        "beacon.node.announce",
                        "beacon.node.artifacts",
                        "beacon.node.storage",
                        "beacon.node.deletion",
                        "beacon.node.holdings",
                        "beacon.node.json",
                        "beacon.node.backup",
                        "beacon.node.beats",
                        // What a projection keeps is the message that it shows; the service hands it on.
                        "beacon.views.nodes",
                        "beacon.views.pins",
                        "beacon.views.keys",
                        "beacon.views.references",
                        "beacon.views.deletions",
                        "beacon.steward",
                        "beacon.steward.deletion",
                        "beacon.node.views",
                        "beacon.node.steward",
                        "beacon..grpc..",
                        "beacon..client..",
                        // Asks the members it started how they are.
                        "beacon.node.process")
                .test(other);
        return other.getPackageName().startsWith("beacon.")
                && !mayByPackage
                && !outermost.getSimpleName().endsWith("Codec");
    }

    private static ArchCondition<JavaClass> describeUnmarked() {
        return ArchCondition.from(describe(
                "reside in a package without @NullMarked",
                (JavaClass other) -> !other.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked")));
    }
}

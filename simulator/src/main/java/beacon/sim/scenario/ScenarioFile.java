package beacon.sim.scenario;

import beacon.sim.cluster.Policy;
import beacon.sim.scenario.Fault.Kind;
import beacon.sim.world.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Scenarios as YAML; the keys are described in docs/simulation.md. Reading names every mistake with its line. */
public final class ScenarioFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_FAULTS = 100_000;

    private final String label;
    private final List<String> problems = new ArrayList<>();

    private ScenarioFile(String label) {
        this.label = label;
    }

    /**
     * Reads a scenario.
     *
     * @param label names the text in messages, for instance its path
     * @throws ScenarioException when it is none
     */
    public static Scenario read(String label, String text) {
        ScenarioFile file = new ScenarioFile(label);
        if (text.length() > MAX_BYTES) {
            throw new ScenarioException(List.of(label + ": expected at most " + MAX_BYTES + " characters"));
        }
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(label)
                    .setCodePointLimit(MAX_BYTES)
                    .setAllowDuplicateKeys(false)
                    .setMaxAliasesForCollections(1)
                    .build();
            Node root = new Compose(settings)
                    .composeString(text)
                    .orElseThrow(
                            () -> new ScenarioException(List.of(label + ":1: expected a scenario, but found nothing")));
            return file.scenario(root);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new ScenarioException(List.of(label + ":" + line + ": expected YAML, but " + e.getProblem()));
        } catch (YamlEngineException e) {
            throw new ScenarioException(List.of(label + ": expected YAML, but " + e.getMessage()));
        }
    }

    private Scenario scenario(Node root) {
        Keys top = new Keys("", root);
        Keys cluster = top.section("cluster");
        Keys artifacts = top.section("artifacts");
        Policy policy = policy(top.section("policy"));
        String name = top.get("name", "scenario", text -> text);
        String description = top.get("description", "", text -> text);
        int members = cluster.get("members", 3, Integer::parseInt);
        int nodes = cluster.get("nodes", 14, Integer::parseInt);
        int domains = cluster.get("domains", nodes, Integer::parseInt);
        long capacity = cluster.get("capacity", 1L << 40, Quantity::bytes);
        double loss = cluster.get("loss", 0.0, Double::parseDouble);
        int count = artifacts.get("count", 40, Integer::parseInt);
        long every = artifacts.get("every", World.MINUTE, Quantity::micros);
        double large = artifacts.get("large", 0.5, Double::parseDouble);
        long duration = top.get("duration", 6 * World.HOUR, Quantity::micros);
        boolean survivable = top.get("survivable", true, ScenarioFile::truth);
        Deletions deletions = deletions(top.section("deletions"));
        List<Fault> faults = faults(top.list("faults"), members, nodes, domains);
        for (Keys each : List.of(top, cluster, artifacts)) {
            each.refuseOthers();
        }
        if (problems.isEmpty()) {
            try {
                return new Scenario(
                        name,
                        description,
                        policy,
                        members,
                        nodes,
                        domains,
                        capacity,
                        loss,
                        count,
                        every,
                        large,
                        deletions,
                        duration,
                        survivable,
                        faults);
            } catch (IllegalArgumentException e) {
                problems.add(label + ": " + e.getMessage());
            }
        }
        throw new ScenarioException(problems);
    }

    private Policy policy(Keys keys) {
        Policy usual = Policy.DEFAULT;
        try {
            return new Policy(
                    keys.get("beat", usual.beat(), Quantity::micros),
                    keys.get("pulse", usual.pulseBeats(), Integer::parseInt),
                    keys.get("bar", usual.barBeats(), Integer::parseInt),
                    keys.get("ping", usual.ping(), Quantity::micros),
                    keys.get("grace", usual.grace(), Quantity::micros),
                    keys.get("audit", usual.auditColumns(), Integer::parseInt),
                    keys.get("repair", usual.bytesPerSecond(), Quantity::bytes),
                    keys.get("copies", usual.copies(), Integer::parseInt),
                    keys.get("data", usual.dataShards(), Integer::parseInt),
                    keys.get("parity", usual.parityShards(), Integer::parseInt));
        } catch (IllegalArgumentException e) {
            problems.add(label + ": " + e.getMessage());
            return usual;
        } finally {
            keys.refuseOthers();
        }
    }

    private Deletions deletions(Keys keys) {
        Deletions none = Deletions.NONE;
        try {
            return new Deletions(
                    keys.get("share", none.share(), Double::parseDouble),
                    keys.get("after", none.after(), Quantity::micros),
                    keys.get("grace", none.grace(), Quantity::micros));
        } catch (IllegalArgumentException e) {
            problems.add(label + ": " + e.getMessage());
            return none;
        } finally {
            keys.refuseOthers();
        }
    }

    private List<Fault> faults(List<Node> nodes, int members, int storage, int domains) {
        List<Fault> faults = new ArrayList<>();
        for (Node node : nodes) {
            Keys keys = new Keys("fault", node);
            long at = keys.get("at", 0L, Quantity::micros);
            Kind kind = keys.get("kind", Kind.CRASH, ScenarioFile::kind);
            String target = keys.get("target", "", text -> target(text, members, storage, domains));
            long lasts = keys.get("lasts", 0L, Quantity::micros);
            double amount = keys.get("amount", Fault.usual(kind), Double::parseDouble);
            keys.refuseOthers();
            if (target.isEmpty()) {
                keys.problem("expected a target such as n3, m1, w1, m1+w1+n3, members or \"domain rack-2\"");
            } else if (!Fault.befalls(kind, target)) {
                keys.problem(
                        "expected a crash, wipe or cut of a member, or its clock; a crash or cut of a writer; of a storage"
                                + " node anything but its clock; of several places a cut; but found %s of %s"
                                        .formatted(kind.name().toLowerCase(Locale.ROOT), target));
            } else {
                try {
                    faults.add(new Fault(at, kind, target, lasts, amount));
                } catch (IllegalArgumentException e) {
                    keys.problem(String.valueOf(e.getMessage()));
                }
            }
        }
        return faults;
    }

    private static Kind kind(String text) {
        try {
            return Kind.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected one of " + Arrays.toString(Kind.values()).toLowerCase(Locale.ROOT) + ", but found "
                            + text,
                    e);
        }
    }

    private static String target(String text, int members, int nodes, int domains) {
        boolean known = text.equals("members")
                || numbered(text, "domain rack-", 0, domains - 1)
                || Arrays.stream(text.split("\\+", -1))
                        .allMatch(place -> numbered(place, "m", 1, members)
                                || numbered(place, "n", 1, nodes)
                                || numbered(place, "w", 1, Scenario.WRITERS));
        if (!known) {
            throw new IllegalArgumentException(
                    "expected m1 to m%d, members, n1 to n%d, w1 to w%d, several of them with + between, or domain rack-0 to rack-%d, but found %s"
                            .formatted(members, nodes, Scenario.WRITERS, domains - 1, text));
        }
        return text;
    }

    private static boolean numbered(String text, String prefix, int from, int to) {
        String digits = text.startsWith(prefix) ? text.substring(prefix.length()) : "";
        if (digits.isEmpty() || digits.length() > 6 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        int number = Integer.parseInt(digits);
        return number >= from && number <= to;
    }

    private static boolean truth(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("expected true or false, but found " + text);
        }
        return text.equals("true");
    }

    /** The keys of one mapping, each asked for once. */
    private final class Keys {
        private final String name;
        private final int line;
        private final Map<String, Node> left = new LinkedHashMap<>();

        Keys(String name, @Nullable Node node) {
            this.name = name;
            this.line = node == null ? 1 : lineOf(node);
            if (node instanceof MappingNode mapping) {
                for (NodeTuple tuple : mapping.getValue()) {
                    if (tuple.getKeyNode() instanceof ScalarNode key) {
                        left.put(key.getValue(), tuple.getValueNode());
                    } else {
                        problem("expected names as keys");
                    }
                }
            } else if (node != null) {
                problem("expected keys and values" + (name.isEmpty() ? "" : " in " + name));
            }
        }

        void problem(String text) {
            problems.add(label + ":" + line + ": " + text);
        }

        <T> T get(String key, T usual, Function<String, T> parser) {
            Node node = left.remove(key);
            if (node == null) {
                return usual;
            }
            try {
                if (node instanceof ScalarNode scalar) {
                    return parser.apply(scalar.getValue());
                }
                throw new IllegalArgumentException("expected one value, but found several");
            } catch (IllegalArgumentException | ArithmeticException e) {
                String found = e instanceof NumberFormatException
                        ? "expected a number, but found " + ((ScalarNode) node).getValue()
                        : String.valueOf(e.getMessage());
                problems.add(label + ":" + lineOf(node) + ": " + key + ": " + found);
                return usual;
            }
        }

        Keys section(String key) {
            return new Keys(key, left.remove(key));
        }

        List<Node> list(String key) {
            Node node = left.remove(key);
            if (node == null) {
                return List.of();
            }
            if (node instanceof SequenceNode sequence && sequence.getValue().size() <= MAX_FAULTS) {
                return sequence.getValue();
            }
            problems.add(label + ":" + lineOf(node) + ": " + key + ": expected a list of at most " + MAX_FAULTS);
            return List.of();
        }

        void refuseOthers() {
            left.forEach((key, node) -> problems.add("%s:%d: expected no key \"%s\"%s"
                    .formatted(label, lineOf(node), key, name.isEmpty() ? "" : " in " + name)));
            left.clear();
        }
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    /** The scenario as it can be read again. */
    public static String write(Scenario scenario) {
        Policy policy = scenario.policy();
        StringBuilder text = new StringBuilder();
        text.append("name: ").append(scenario.name()).append('\n');
        text.append("description: \"")
                .append(scenario.description().replace("\"", "'"))
                .append("\"\n");
        text.append("cluster: {members: %d, nodes: %d, domains: %d, capacity: %s, loss: %s}%n"
                .formatted(
                        scenario.members(),
                        scenario.nodes(),
                        scenario.domains(),
                        Quantity.size(scenario.capacity()),
                        scenario.loss()));
        text.append(
                "policy: {beat: %s, pulse: %d, bar: %d, ping: %s, grace: %s, audit: %d, repair: %s, copies: %d, data: %d, parity: %d}%n"
                        .formatted(
                                Quantity.time(policy.beat()),
                                policy.pulseBeats(),
                                policy.barBeats(),
                                Quantity.time(policy.ping()),
                                Quantity.time(policy.grace()),
                                policy.auditColumns(),
                                Quantity.size(policy.bytesPerSecond()),
                                policy.copies(),
                                policy.dataShards(),
                                policy.parityShards()));
        text.append("artifacts: {count: %d, every: %s, large: %s}%n"
                .formatted(scenario.artifacts(), Quantity.time(scenario.putEvery()), scenario.largeShare()));
        Deletions deletions = scenario.deletions();
        if (!deletions.isNone()) {
            text.append("deletions: {share: %s, after: %s, grace: %s}%n"
                    .formatted(deletions.share(), Quantity.time(deletions.after()), Quantity.time(deletions.grace())));
        }
        text.append("duration: ").append(Quantity.time(scenario.duration())).append('\n');
        text.append("survivable: ").append(scenario.survivable()).append('\n');
        text.append(scenario.faults().isEmpty() ? "faults: []\n" : "faults:\n");
        for (Fault fault : scenario.faults()) {
            text.append("  - {at: %s, kind: %s, target: %s"
                    .formatted(
                            Quantity.time(fault.at()), fault.kind().name().toLowerCase(Locale.ROOT), fault.target()));
            if (fault.lasts() > 0) {
                text.append(", lasts: ").append(Quantity.time(fault.lasts()));
            }
            if (fault.amount() > 0) {
                text.append(", amount: ").append(fault.amount());
            }
            text.append("}\n");
        }
        return text.toString();
    }
}

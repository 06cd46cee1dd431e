package beacon.node.slo;

import beacon.node.slo.SloFacts.Custodian;
import beacon.node.slo.SloFacts.Index;
import beacon.node.slo.SloFacts.Member;
import beacon.node.slo.SloFacts.Node;
import beacon.node.slo.SloFacts.Projection;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The service level objectives. A check fails as soon as something that could be lost without harm is lost: the margin is
 * there for what comes next.
 */
public final class Slo {
    private static final int MAX_NAMED = 5;

    private final Duration auditAge;
    private final Duration providerMargin;

    /**
     * Objectives.
     *
     * @param auditAge how old a node's last proof may be
     * @param providerMargin how far from its end a provider record has to be
     */
    public Slo(Duration auditAge, Duration providerMargin) {
        this.auditAge = auditAge;
        this.providerMargin = providerMargin;
    }

    /** Judges every objective, in a fixed order. */
    public List<SloCheck> judge(SloFacts facts) {
        List<SloCheck> checks = new ArrayList<>();
        checks.add(members(facts.members()));
        checks.add(projections(facts.projections()));
        checks.add(readable(facts.index()));
        checks.add(whole(facts.index()));
        checks.add(nodes(facts.index()));
        checks.add(audits(facts));
        checks.add(providers(facts.index()));
        checks.add(custodians(facts.custodians()));
        return checks;
    }

    private static SloCheck members(List<Member> members) {
        List<String> out = members.stream()
                .filter(member -> !member.takesPart())
                .map(member -> member.id() + ": " + member.state())
                .toList();
        return SloCheck.of(
                "members",
                out.isEmpty() && !members.isEmpty(),
                "all members take part",
                "%d of %d%s".formatted(members.size() - out.size(), members.size(), named(out)));
    }

    /** Members are asked one after the other, so only those that happen to be equally far can be compared. */
    private static SloCheck projections(List<Projection> projections) {
        Map<String, Projection> first = new TreeMap<>();
        List<String> differ = new ArrayList<>();
        int compared = 0;
        for (Projection each : projections) {
            Projection other = first.putIfAbsent(each.name() + "@" + each.sequence(), each);
            if (other != null) {
                compared++;
                if (!other.digest().equals(each.digest())) {
                    differ.add("%s at %d: %s and %s"
                            .formatted(each.name(), each.sequence(), other.member(), each.member()));
                }
            }
        }
        String expected = "members hold equal projections";
        return differ.isEmpty() && compared == 0
                ? SloCheck.notChecked("projections", expected, "no two members at the same entry")
                : SloCheck.of(
                        "projections",
                        differ.isEmpty(),
                        expected,
                        differ.isEmpty() ? compared + " compared" : "differ" + named(differ));
    }

    private static SloCheck readable(Optional<Index> index) {
        String expected = "every group of shards can be read";
        return index.map(known -> SloCheck.of(
                        "readable", known.unreadableGroups() == 0, expected, known.unreadableGroups() + " cannot"))
                .orElseGet(() -> silent("readable", expected));
    }

    private static SloCheck whole(Optional<Index> index) {
        String expected = "every group of shards is whole";
        return index.map(known -> SloCheck.of(
                        "whole", known.endangeredGroups() == 0, expected, known.endangeredGroups() + " are not"))
                .orElseGet(() -> silent("whole", expected));
    }

    /** A node that is down and whose shards are elsewhere again is no failure: that is what the others are for. */
    private static SloCheck nodes(Optional<Index> index) {
        String expected = "storage nodes are up";
        if (index.isEmpty()) {
            return silent("nodes", expected);
        }
        List<Node> nodes = index.get().nodes();
        if (nodes.isEmpty()) {
            return SloCheck.notChecked("nodes", expected, "none has joined");
        }
        List<String> down =
                nodes.stream().filter(node -> !node.isUp()).map(Node::id).toList();
        return SloCheck.of(
                "nodes",
                down.size() < nodes.size(),
                expected,
                "%d of %d%s".formatted(nodes.size() - down.size(), nodes.size(), named(down)));
    }

    private SloCheck audits(SloFacts facts) {
        String expected = "every node that is up showed its blocks within " + auditAge;
        if (facts.index().isEmpty()) {
            return silent("audits", expected);
        }
        List<Node> up = facts.index().get().nodes().stream().filter(Node::isUp).toList();
        if (up.isEmpty()) {
            return SloCheck.notChecked("audits", expected, "no node is up");
        }
        List<String> late = up.stream()
                .filter(node -> node.proved().plus(auditAge).isBefore(facts.now()))
                .map(node -> node.id() + ": last at " + node.proved().truncatedTo(ChronoUnit.SECONDS))
                .toList();
        return SloCheck.of(
                "audits",
                late.isEmpty(),
                expected,
                "%d of %d%s".formatted(up.size() - late.size(), up.size(), named(late)));
    }

    /** Whoever is down announces nothing; its records lead nowhere, and what it had is announced by others. */
    private SloCheck providers(Optional<Index> index) {
        String expected = "provider records of every node that is up live another " + providerMargin;
        if (index.isEmpty()) {
            return silent("providers", expected);
        }
        List<Node> up = index.get().nodes().stream().filter(Node::isUp).toList();
        if (up.isEmpty()) {
            return SloCheck.notChecked("providers", expected, "no node is up");
        }
        List<String> wrong = new ArrayList<>();
        up.forEach(node -> trouble(node).ifPresent(text -> wrong.add(node.id() + ": " + text)));
        String least = up.stream()
                .flatMap(node -> node.announcements().stream())
                .flatMap(announcements -> announcements.margin().stream())
                .min(Comparator.naturalOrder())
                .map(margin -> ", the first expires in " + margin.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
        return SloCheck.of(
                "providers",
                wrong.isEmpty(),
                expected,
                "%d of %d%s%s".formatted(up.size() - wrong.size(), up.size(), least, named(wrong)));
    }

    private Optional<String> trouble(Node node) {
        if (node.announcements().isEmpty()) {
            return Optional.of("does not answer");
        }
        SloFacts.Announcements known = node.announcements().get();
        if (!known.isCurrent()) {
            return Optional.of("does not hear the log");
        }
        return known.margin()
                .filter(margin -> margin.compareTo(providerMargin) < 0)
                .map(margin ->
                        margin.isZero() ? "one is not made or has expired" : "one lives " + margin.toSeconds() + " s");
    }

    private static SloCheck custodians(Optional<List<Custodian>> custodians) {
        String expected = "all custodians of the key serve it";
        if (custodians.isEmpty()) {
            return SloCheck.notChecked("custodians", expected, "no record of a key; give --key FILE");
        }
        List<Custodian> all = custodians.get();
        List<String> out = all.stream()
                .filter(custodian -> !custodian.serves())
                .map(custodian -> custodian.name() + ": " + custodian.state())
                .toList();
        return SloCheck.of(
                "custodians",
                out.isEmpty(),
                expected,
                "%d of %d%s".formatted(all.size() - out.size(), all.size(), named(out)));
    }

    /** What nobody can say is not known to hold. */
    private static SloCheck silent(String name, String expected) {
        return SloCheck.of(name, false, expected, "no member answered for the whole index");
    }

    private static String named(List<String> items) {
        if (items.isEmpty()) {
            return "";
        }
        String shown = String.join("; ", items.subList(0, Math.min(MAX_NAMED, items.size())));
        int more = items.size() - MAX_NAMED;
        return " (" + shown + (more > 0 ? "; and " + more + " more" : "") + ")";
    }
}

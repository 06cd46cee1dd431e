package beacon.node.cli;

import beacon.index.client.ClientException;
import beacon.proto.v1.ListEndangeredReply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Breaks something every so often, and mends it after a while, within the bounds of what is promised. What it wants to break
 * follows from the seed; whether it may follows from what the cluster says is whole. Belongs to one thread.
 */
final class SoakFaults implements AutoCloseable {
    private static final int WISHES = 24;

    /** Found by audits, so each takes a bar and more to be whole; others are to have their turn. */
    private static final int DESTRUCTIVE_AT_ONCE = 2;

    private static final long CHECK_NANOS = 2_000_000_000L;

    private final SoakProcesses processes;
    private final SoakProbe probe;
    private final SoakBounds bounds;
    private final long seed;
    private final Duration shortest;
    private final Duration longest;
    private final List<Active> active = new ArrayList<>();
    private final Map<SoakFault, Integer> done = new EnumMap<>(SoakFault.class);
    private final ExecutorService checks = Executors.newFixedThreadPool(4);
    private final long began = System.nanoTime();
    private int ticks;
    private int held;
    private int leastMargin = Integer.MAX_VALUE;

    /**
     * Begins.
     *
     * @param shortest time for which something is broken
     */
    SoakFaults(
            SoakProcesses processes,
            SoakProbe probe,
            SoakBounds bounds,
            long seed,
            Duration shortest,
            Duration longest) {
        this.processes = processes;
        this.probe = probe;
        this.bounds = bounds;
        this.seed = seed;
        this.shortest = shortest;
        this.longest = longest;
    }

    /** Something that is broken, or back and not known to be whole. */
    private static final class Active {
        final SoakFault fault;
        final String name;
        final String node;
        final long endNanos;
        boolean broken = true;
        long checkedNanos;
        CompletableFuture<Boolean> whole = CompletableFuture.completedFuture(false);

        Active(SoakFault fault, String name, String node, long endNanos) {
            this.fault = fault;
            this.name = name;
            this.node = node;
            this.endNanos = endNanos;
        }
    }

    private record Wish(SoakFault fault, String name, long nanos) {}

    /** Wants to break one more thing. */
    void tick() {
        SplittableRandom random = new SplittableRandom(seed * 31 + ticks++);
        for (int count = 0; count < WISHES; count++) {
            if (grant(wish(random))) {
                return;
            }
        }
        held++;
        say("nothing may be broken now; impaired: " + impaired());
    }

    private Wish wish(SplittableRandom random) {
        int all = 0;
        for (SoakFault each : SoakFault.values()) {
            all += each.weight();
        }
        int drawn = random.nextInt(all);
        SoakFault fault = SoakFault.NODE_KILLED;
        for (SoakFault each : SoakFault.values()) {
            if (drawn >= 0) {
                fault = each;
            }
            drawn -= each.weight();
        }
        List<String> names = processes.names(fault.target());
        String name = names.get(random.nextInt(names.size()));
        return new Wish(fault, name, random.nextLong(shortest.toNanos(), longest.toNanos()));
    }

    private boolean grant(Wish wish) {
        SoakFault fault = wish.fault();
        if (fault.isCut() && !processes.canCut()) {
            return false;
        }
        String node = wish.name();
        if (fault.target() == SoakFault.Target.STORAGE) {
            boolean tooMany = fault.isDestructive()
                    && active.stream()
                                    .filter(each -> each.fault.isDestructive())
                                    .count()
                            >= DESTRUCTIVE_AT_ONCE;
            if (tooMany || active.stream().anyMatch(each -> each.name.equals(wish.name()))) {
                return false;
            }
            node = processes.peer(wish.name());
            if (!mayLose(node) || !bounds.impair(node, fault.isDestructive())) {
                return false;
            }
        } else if (active.stream().anyMatch(each -> each.fault.target() == fault.target())) {
            return false;
        }
        processes.breakIt(fault, wish.name());
        done.merge(fault, 1, Integer::sum);
        active.add(new Active(fault, wish.name(), node, System.nanoTime() + wish.nanos()));
        say("%s %s for %d s; impaired: %s".formatted(fault, wish.name(), wish.nanos() / 1_000_000_000, impaired()));
        return true;
    }

    /** Whether all that the log knows can be read without one node more. */
    private boolean mayLose(String node) {
        Set<String> lost = bounds.impaired();
        lost.add(node);
        try {
            ListEndangeredReply endangered = probe.endangered();
            return endangered.getTotal() <= endangered.getGroupsCount() && SoakProbe.leastMargin(endangered, lost) >= 0;
        } catch (ClientException away) {
            return false;
        }
    }

    /** Mends what is due, and looks at what is back. */
    void look() {
        for (Active each : List.copyOf(active)) {
            if (each.broken && System.nanoTime() - each.endNanos >= 0) {
                mend(each);
            } else if (!each.broken) {
                check(each);
            }
        }
    }

    private void mend(Active each) {
        processes.mend(each.fault, each.name);
        each.broken = false;
        each.checkedNanos = System.nanoTime();
        say("%s %s ends".formatted(each.fault, each.name));
    }

    private void check(Active each) {
        if (!each.whole.isDone()) {
            return;
        }
        if (each.whole.join()) {
            active.remove(each);
            bounds.isWhole(each.node);
            say("%s %s is whole again".formatted(each.fault, each.name));
        } else if (System.nanoTime() - each.checkedNanos > CHECK_NANOS) {
            each.checkedNanos = System.nanoTime();
            each.whole = CompletableFuture.supplyAsync(() -> isWhole(each), checks)
                    .exceptionally(failure -> {
                        say("%s is not known to be whole: %s".formatted(each.name, failure.getMessage()));
                        return false;
                    });
        }
    }

    private boolean isWhole(Active each) {
        if (!processes.serves(each.name)) {
            return false;
        }
        return switch (each.fault) {
            case NODE_KILLED, NODE_PAUSED, NODE_CUT_OFF -> probe.isUp(each.node);
            case NODE_WIPED -> probe.isUp(each.node) && probe.holdsAll(each.node);
            case NODE_REPLACED -> probe.isUp(processes.peer(each.name)) && probe.columnsOn(each.node) == 0;
            default -> true;
        };
    }

    /** Notes how close to the end anything is. */
    void measure() {
        try {
            leastMargin = Math.min(leastMargin, SoakProbe.leastMargin(probe.endangered(), bounds.impaired()));
        } catch (ClientException away) {
            return;
        }
    }

    /** Ends all faults. */
    void mendAll() {
        active.stream().filter(each -> each.broken).toList().forEach(this::mend);
    }

    boolean isQuiet() {
        return active.isEmpty();
    }

    String impaired() {
        List<String> texts = new ArrayList<>();
        active.forEach(each -> texts.add(each.name + (each.broken ? "" : "(back)")));
        return String.join(" ", texts);
    }

    private void say(String text) {
        System.out.printf("SOAK +%d s: %s%n", (System.nanoTime() - began) / 1_000_000_000, text);
    }

    Map<SoakFault, Integer> done() {
        return done;
    }

    /** Times at which nothing more could be broken within the bounds. */
    int held() {
        return held;
    }

    /** Least margin of a group that the log called not whole, with what the log did not know counted; empty when there was none. */
    Optional<Integer> leastMargin() {
        return leastMargin == Integer.MAX_VALUE ? Optional.empty() : Optional.of(leastMargin);
    }

    @Override
    public void close() {
        checks.shutdownNow();
    }

    /** Deletes a folder and what is in it. */
    static void delete(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to delete " + tree, e);
        }
    }
}

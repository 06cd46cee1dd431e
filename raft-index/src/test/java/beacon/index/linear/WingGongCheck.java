package beacon.index.linear;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for an order of the operations of one object that respects real time and explains every answer: the search of
 * Wing and Gong (1993) with the memory of Lowe (2017). Works for any {@link Spec}; exponential in the worst case, which
 * operations without an answer bring about, so the search has a limit.
 *
 * <p>The history is a linked list of invocations and answers in order of time. A step takes an invocation that stands
 * before the first answer left in the list, lets it take effect and lifts it and its answer out. When the first answer
 * is reached, no invocation before it fits, and the last step is taken back. A pair (operations that took effect,
 * state) that was seen before is not entered again. The search is over when only operations without an answer are left:
 * these never need to take effect. For the same reason they are tried only after all others: a solution mostly needs few
 * of them, and each one more doubles the search.
 */
public final class WingGongCheck<S, C> {
    /** Enough for thousands of operations of a healthy history, little enough for the memory of a test. */
    public static final long DEFAULT_MAX_STATES = 2_000_000;

    private final Spec<S, C> spec;
    private final long maxStates;

    public WingGongCheck(Spec<S, C> spec) {
        this(spec, DEFAULT_MAX_STATES);
    }

    public WingGongCheck(Spec<S, C> spec, long maxStates) {
        this.spec = spec;
        this.maxStates = maxStates;
    }

    /** Decides whether the operations of one object are linearizable. */
    public Verdict check(List<Operation<C>> operations) {
        Node<C> head = link(operations);
        int answersLeft = (int)
                operations.stream().filter(operation -> !operation.isOpen()).count();
        BitSet effective = new BitSet(operations.size());
        Set<Configuration<S>> seen = new HashSet<>();
        Deque<Step<S, C>> taken = new ArrayDeque<>();
        S state = spec.initial();
        Node<C> deepest = null;
        int leastLeft = answersLeft + 1;

        Node<C> node = head.next;
        boolean unansweredToo = false;
        while (answersLeft > 0) {
            if (node.isAnswer() && !unansweredToo) {
                unansweredToo = true;
                node = head.next;
                continue;
            }
            if (node.isAnswer()) {
                if (answersLeft < leastLeft) {
                    leastLeft = answersLeft;
                    deepest = node;
                }
                if (taken.isEmpty()) {
                    return new Verdict.Violation("no order explains " + deepest.operation);
                }
                Step<S, C> last = taken.pop();
                state = last.before;
                effective.clear(last.node.index);
                answersLeft += last.node.unlift();
                unansweredToo = last.node.operation.isOpen();
                node = last.node.next;
                continue;
            }
            Optional<S> after = node.operation.isOpen() == unansweredToo
                    ? spec.step(state, node.operation.call())
                    : Optional.empty();
            if (after.isPresent() && seen.add(Configuration.with(effective, node.index, after.get()))) {
                if (seen.size() > maxStates) {
                    return new Verdict.Undecided(seen.size());
                }
                taken.push(new Step<>(node, state));
                state = after.get();
                effective.set(node.index);
                answersLeft -= node.lift();
                node = head.next;
                unansweredToo = false;
            } else {
                node = node.next;
            }
        }
        return new Verdict.Linearizable();
    }

    private static <C> Node<C> link(List<Operation<C>> operations) {
        List<Node<C>> nodes = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation<C> operation = operations.get(i);
            Node<C> invocation = new Node<>(operation, i, operation.invokedAt());
            nodes.add(invocation);
            if (!operation.isOpen()) {
                invocation.answer = new Node<>(operation, i, operation.returnedAt());
                nodes.add(invocation.answer);
            }
        }
        // At the same instant invocations come first: the operations overlap.
        nodes.sort(Comparator.<Node<C>>comparingLong(node -> node.time).thenComparing(Node::isAnswer));
        Node<C> head = new Node<>(null, -1, Long.MIN_VALUE);
        Node<C> last = head;
        for (Node<C> node : nodes) {
            last.next = node;
            node.previous = last;
            last = node;
        }
        return head;
    }

    private record Step<S, C>(Node<C> node, S before) {}

    private record Configuration<S>(BitSet effective, S state) {
        static <S> Configuration<S> with(BitSet effective, int index, S state) {
            BitSet copy = (BitSet) effective.clone();
            copy.set(index);
            return new Configuration<>(copy, state);
        }
    }

    /** An invocation or, when it has no answer of its own and is not open, an answer. */
    private static final class Node<C> {
        final Operation<C> operation;
        final int index;
        final long time;
        Node<C> answer;
        Node<C> previous;
        Node<C> next;

        Node(Operation<C> operation, int index, long time) {
            this.operation = operation;
            this.index = index;
            this.time = time;
        }

        boolean isAnswer() {
            return answer == null && !operation.isOpen();
        }

        /** Takes the operation out of the list; returns how many answers went. */
        int lift() {
            unlink();
            if (answer == null) {
                return 0;
            }
            answer.unlink();
            return 1;
        }

        /** Puts the operation back where it was; in the reverse order of {@link #lift()}. */
        int unlift() {
            int answers = 0;
            if (answer != null) {
                answer.relink();
                answers = 1;
            }
            relink();
            return answers;
        }

        private void unlink() {
            previous.next = next;
            if (next != null) {
                next.previous = previous;
            }
        }

        private void relink() {
            previous.next = this;
            if (next != null) {
                next.previous = this;
            }
        }
    }
}

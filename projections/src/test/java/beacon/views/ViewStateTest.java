package beacon.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** State under changes and commits in any order is the map one would expect. */
class ViewStateTest {
    private static final byte[] PREFIX = Keys.of("state");

    /** One thing done to the state. */
    record Step(Kind kind, int key, int value) {
        enum Kind {
            PUT,
            APPEND,
            REMOVE,
            LEAVE,
            COMMIT,
            SCAN
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Step.Kind.values()),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.integers().between(0, 3))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 500)
    void behavesAsAMap(@ForAll("steps") List<Step> steps) {
        MemoryKeyValues store = new MemoryKeyValues();
        ViewState state = new ViewState(PREFIX, store.latest());
        ViewDigest digest = new ViewDigest();
        Deque<ViewChanges> leaving = new ArrayDeque<>();
        NavigableMap<Integer, String> model = new TreeMap<>();
        for (Step step : steps) {
            byte[] key = {(byte) step.key()};
            // Of none to three bytes.
            String text = "abc".substring(step.value());
            switch (step.kind()) {
                case PUT -> {
                    if (model.containsKey(step.key())) {
                        state.put(key, valueOf(text));
                    } else {
                        state.add(key, valueOf(text));
                    }
                    model.put(step.key(), text);
                }
                case APPEND -> {
                    state.append(key, valueOf(text));
                    model.merge(step.key(), text, String::concat);
                }
                case REMOVE -> {
                    state.remove(key);
                    model.remove(step.key());
                }
                case LEAVE -> {
                    leaving.add(state.leave(step.value()));
                    assertThat(state.changedBytes()).isZero();
                }
                case COMMIT -> commit(state, store, leaving.poll(), digest);
                case SCAN -> {
                    int limit = step.value() + 1;
                    assertThat(scan(state, step.key(), 13, limit)).isEqualTo(first(model.tailMap(step.key()), limit));
                }
            }
            assertThat(state.get(key)).isEqualTo(valueOf(model.get(step.key())));
        }

        assertThat(scan(state, 0, 13, 100)).isEqualTo(first(model, 100));
        leaving.add(state.leave(0));
        leaving.forEach(changes -> commit(state, store, changes, digest));
        ViewDigest expected = new ViewDigest();
        model.forEach((key, value) -> expected.add(new byte[] {key.byteValue()}, valueOf(value)));
        assertThat(digest).isEqualTo(expected);
        assertThat(store.latest().get(Keys.of(PREFIX, new byte[] {1}))).isEqualTo(valueOf(model.get(1)));
    }

    private static void commit(ViewState state, MemoryKeyValues store, ViewChanges changes, ViewDigest digest) {
        if (changes != null) {
            changes.follow(digest);
            store.commit((KeyValues.Changes) visitor -> changes.forEach(PREFIX, visitor));
            state.arrived(changes);
        }
    }

    private static byte[] valueOf(String value) {
        return value == null ? null : value.getBytes(StandardCharsets.US_ASCII);
    }

    private static List<String> scan(ViewState state, int from, int to, int limit) {
        List<String> found = new ArrayList<>();
        state.scan(new byte[] {(byte) from}, new byte[] {(byte) to}, (key, value) -> {
            found.add(key[0] + "=" + new String(value, StandardCharsets.US_ASCII));
            return found.size() < limit;
        });
        return found;
    }

    private static List<String> first(Map<Integer, String> model, int limit) {
        return model.entrySet().stream()
                .limit(limit)
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }
}

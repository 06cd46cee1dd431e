package beacon.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.log.AnAppend;
import beacon.model.Event.PointerSet;
import beacon.views.nodes.NodesView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ViewRunnerTest {
    /** Counts pointers by address; its key is the address. */
    private record Pointers(int version) implements View {
        @Override
        public String name() {
            return "pointers";
        }

        @Override
        public void evolve(LogEntry entry, ViewState state) {
            if (entry.event() instanceof PointerSet set) {
                byte[] key = set.addressKey().getBytes(StandardCharsets.UTF_8);
                byte[] before = state.get(key);
                state.put(key, new byte[] {(byte) (version + (before == null ? 0 : before[0]))});
            }
        }
    }

    private static TestLog logOf(int events) {
        TestLog log = new TestLog();
        for (int i = 0; i < events; i++) {
            if (i % 3 == 0) {
                log.append(TestLog.joined(i % 7, "eu/rack-" + i % 4, 1_000 + i));
            } else {
                log.append(AnAppend.pointer("p" + i % 5, i));
            }
        }
        return log;
    }

    private static List<String> dump(KeyValues store, View view) {
        List<String> entries = new ArrayList<>();
        try (ViewSnapshot snapshot = ViewRunner.snapshot(store, view)) {
            snapshot.scan(
                    new byte[0],
                    new byte[] {(byte) 0xff},
                    (key, value) -> entries.add(java.util.Arrays.toString(key) + java.util.Arrays.toString(value)));
            entries.add(snapshot.checkpoint().sequence() + " "
                    + snapshot.checkpoint().digestText());
        }
        return entries;
    }

    @Property(tries = 40)
    void stateMadeInPiecesEqualsAReplay(
            @ForAll @Size(max = 8) List<@IntRange(min = 1, max = 40) Integer> pieces, @ForAll boolean again) {
        TestLog log = logOf(100);
        List<View> views = List.of(new NodesView(), new Pointers(1));
        KeyValues live = new MemoryKeyValues();
        ViewRunner runner = new ViewRunner(live, views);
        for (int piece : pieces) {
            log.run(runner, piece);
            if (again) {
                runner = new ViewRunner(live, views);
            }
        }
        log.run(runner);

        KeyValues replayed = new MemoryKeyValues();
        log.run(new ViewRunner(replayed, views));

        for (View view : views) {
            assertThat(dump(live, view)).isEqualTo(dump(replayed, view));
        }
    }

    @Test
    void viewOfANewVersionStartsAgainWhileTheOthersStayWhereTheyAre() {
        TestLog log = logOf(50);
        KeyValues store = new MemoryKeyValues();
        log.run(new ViewRunner(store, List.of(new NodesView(), new Pointers(1))));
        List<String> nodes = dump(store, new NodesView());

        ViewRunner next = new ViewRunner(store, List.of(new NodesView(), new Pointers(2)));
        assertThat(next.nextSequence()).isEqualTo(1);
        log.run(next);

        KeyValues fresh = new MemoryKeyValues();
        log.run(new ViewRunner(fresh, List.of(new Pointers(2))));
        assertThat(dump(store, new Pointers(2))).isEqualTo(dump(fresh, new Pointers(2)));
        assertThat(dump(store, new NodesView())).isEqualTo(nodes);
    }

    @Test
    void newViewReadsHistoryThatTheOthersHave() {
        TestLog log = logOf(50);
        KeyValues store = new MemoryKeyValues();
        log.run(new ViewRunner(store, List.of(new NodesView())));
        assertThatThrownBy(() -> ViewRunner.snapshot(store, new Pointers(1)))
                .isInstanceOf(ViewException.class)
                .hasMessageContaining("none yet");

        log.run(new ViewRunner(store, List.of(new NodesView(), new Pointers(1))));

        try (ViewSnapshot snapshot = ViewRunner.snapshot(store, new Pointers(1))) {
            assertThat(snapshot.checkpoint().sequence()).isEqualTo(50);
        }
    }

    @Test
    void keepsDigestsAtFixedPlacesForComparison() {
        TestLog log = logOf(2 * ViewRunner.MARK_EVERY + 10);
        KeyValues whole = new MemoryKeyValues();
        log.run(new ViewRunner(whole, List.of(new NodesView())));
        KeyValues pieces = new MemoryKeyValues();
        ViewRunner runner = new ViewRunner(pieces, List.of(new NodesView()));
        while (runner.nextSequence() <= log.log().lastSequence()) {
            log.run(runner, 999);
        }

        List<ViewRunner.Mark> marks = ViewRunner.marks(whole, "nodes", 1, 10);

        assertThat(marks)
                .extracting(ViewRunner.Mark::sequence)
                .containsExactly((long) ViewRunner.MARK_EVERY, 2L * ViewRunner.MARK_EVERY);
        assertThat(ViewRunner.marks(pieces, "nodes", 1, 10)).isEqualTo(marks);
        assertThat(ViewRunner.marks(whole, "nodes", ViewRunner.MARK_EVERY + 1, 10))
                .isEqualTo(marks.subList(1, 2));
    }

    @Test
    void refusesALogWithAGap() {
        TestLog log = logOf(10);
        ViewRunner runner = new ViewRunner(new MemoryKeyValues(), List.of(new NodesView()));

        assertThatThrownBy(() -> {
                    try (var reader = log.log().readFrom(5)) {
                        runner.advance(reader, 10);
                    }
                })
                .isInstanceOf(ViewException.class)
                .hasMessage("expected entry 1 of the log for the projection nodes, but found 5");
    }

    @Test
    void refusesDamagedCheckpoints() {
        assertThatThrownBy(() -> Checkpoint.decode(new byte[3]))
                .isInstanceOf(ViewException.class)
                .hasMessageContaining("made again from the log");
    }
}

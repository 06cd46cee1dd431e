package beacon.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AgendaTest {
    private record Entry(long time, int number) {}

    /** Numbers from 0 on are times of new entries; -1 takes one. */
    @Property
    void whatIsDueComesByTimeAndThenByInsertion(
            @ForAll @Size(max = 2_000) List<@IntRange(min = -1, max = 50) Integer> steps) {
        Agenda agenda = new Agenda();
        List<Entry> model = new ArrayList<>();
        List<Entry> taken = new ArrayList<>();
        int number = 0;
        for (int step : steps) {
            if (step >= 0) {
                Entry entry = new Entry(step, number);
                number++;
                agenda.add(step, () -> taken.add(entry));
                model.add(entry);
            } else if (!model.isEmpty()) {
                Entry next = model.stream()
                        .min(Comparator.comparingLong(Entry::time).thenComparingInt(Entry::number))
                        .orElseThrow();
                model.remove(next);
                assertThat(agenda.nextAt()).isEqualTo(next.time());
                agenda.poll().run();
                assertThat(taken.get(taken.size() - 1)).isEqualTo(next);
            }
        }
        assertThat(agenda.nextAt())
                .isEqualTo(model.stream().mapToLong(Entry::time).min().orElse(Long.MAX_VALUE));
    }

    @Test
    void nothingIsTakenOfNothing() {
        Agenda agenda = new Agenda();

        assertThat(agenda.nextAt()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(agenda::poll).isInstanceOf(NoSuchElementException.class);
    }
}

package beacon.node.views;

import beacon.views.KeyValues;
import beacon.views.View;
import beacon.views.ViewException;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** States of projections at one moment. Close it. */
final class Moment implements AutoCloseable {
    private final Map<String, ViewSnapshot> states = new LinkedHashMap<>();
    private final long timeUnixMicros;

    private Moment(KeyValues store, List<View> views, long timeUnixMicros) {
        this.timeUnixMicros = timeUnixMicros;
        try {
            views.forEach(view -> states.put(view.name(), ViewRunner.snapshot(store, view)));
        } catch (ViewException e) {
            close();
            throw e;
        }
    }

    /**
     * The committed states; each is that of its own last entry.
     *
     * @param timeUnixMicros of the last entry of the log
     * @throws ViewException when one has none yet
     */
    static Moment of(KeyValues store, List<View> views, long timeUnixMicros) {
        return new Moment(store, views, timeUnixMicros);
    }

    /** The state of a view that was asked for. */
    ViewSnapshot of(View view) {
        ViewSnapshot state = states.get(view.name());
        if (state == null) {
            throw new IllegalArgumentException(
                    "expected one of %s, but found %s".formatted(states.keySet(), view.name()));
        }
        return state;
    }

    /** Of the last entry of the log at that moment. */
    long timeUnixMicros() {
        return timeUnixMicros;
    }

    @Override
    public void close() {
        states.values().forEach(ViewSnapshot::close);
    }
}

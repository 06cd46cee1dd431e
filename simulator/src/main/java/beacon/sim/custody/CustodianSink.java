package beacon.sim.custody;

import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import beacon.keys.authority.RitualStep;
import beacon.keys.custodian.Custodian;
import beacon.keys.custodian.LogPlace;
import beacon.keys.custodian.RefusedException;
import beacon.model.Event;
import beacon.model.EventCodec;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.node.custody.CustodyEvents;
import com.google.protobuf.ByteString;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The log as one run of a custodian has it: what it keeps is there when it goes on, and all before that was heard. */
final class CustodianSink implements EventSink {
    private static final ByteString ANCHOR = ByteString.copyFromUtf8("the only log");

    private final String name;
    private final SimKeyLog log;
    private final BooleanSupplier reaches;
    private final Consumer<RitualStep> steps;
    private final Set<CustodyFlaw> flaws;
    private @Nullable Custodian listener;
    private int heard;
    private int kept;
    private boolean failed;

    /**
     * A sink.
     *
     * @param reaches whether the log can be reached now
     * @param steps hears of each step of a ritual
     */
    CustodianSink(
            String name, SimKeyLog log, BooleanSupplier reaches, Consumer<RitualStep> steps, Set<CustodyFlaw> flaws) {
        this.name = name;
        this.log = log;
        this.reaches = reaches;
        this.steps = steps;
        this.flaws = flaws;
    }

    /** From here on the custodian hears the log, from where it was. */
    void follow(Custodian custodian) {
        listener = custodian;
        heard = (int) custodian.place().map(LogPlace::heard).orElse(0L).longValue();
        kept = heard;
        poll();
    }

    /** Hears what there is, and has the custodian tidy up; nothing while the log is away. */
    void poll() {
        Custodian hearing = listener;
        if (hearing == null || !reaches.getAsBoolean()) {
            return;
        }
        hear(log.end());
        try {
            hearing.tidy();
        } catch (RefusedException unreachable) {
            failed = true;
        }
    }

    /** Whether an event was refused since this was asked last. */
    boolean hasFailed() {
        boolean was = failed;
        failed = false;
        return was;
    }

    @Override
    public boolean isLog() {
        return true;
    }

    @Override
    public void keep(CustodyEvent event) {
        if (!reaches.getAsBoolean()) {
            failed = true;
            throw new RefusedException(Refusal.of(Reason.NO_LEADER, "expected a leader, but found none"));
        }
        if (event instanceof CustodyEvent.Decided && flaws.contains(CustodyFlaw.EVENT_FORGOTTEN)) {
            return;
        }
        hear(log.append(name, EventCodec.decode(CustodyEvents.of(event))));
    }

    @Override
    public void reached(RitualStep step) {
        steps.accept(step);
    }

    private void hear(int through) {
        Custodian hearing = listener;
        if (hearing == null) {
            return;
        }
        boolean matters = false;
        while (heard < through) {
            heard++;
            Event event = log.event(heard);
            if (!(event instanceof Event.OpeningDecided) && !isDeafTo(event)) {
                hearing.hear(event);
                matters = true;
            }
        }
        if (matters && heard > kept) {
            hearing.keepPlace(new LogPlace(heard, heard, ANCHOR));
            kept = heard;
        }
    }

    private boolean isDeafTo(Event event) {
        return flaws.contains(CustodyFlaw.DESTRUCTION_NOT_HEARD)
                && event instanceof Event.KeyStateChanged change
                && change.state() != Event.KeyState.ACTIVE;
    }
}

package beacon.node.beats;

import java.util.Optional;

/** Strikes the pulses and reverbs that are due. Belongs to one thread. */
public interface BeatSource extends AutoCloseable {
    /** Puts what is due on the log. */
    Optional<Struck> tick() throws InterruptedException;

    /** Has nothing due before the next pulse, because somebody else struck. */
    void skip();

    @Override
    void close();

    /**
     * A beat on the log.
     *
     * @param index number of the beat, by its source
     */
    record Struck(long sequence, long index, boolean isReverb) {}
}

package beacon.node.beats;

import java.time.Duration;

/**
 * How often.
 *
 * @param beat length of a beat of the local metronome
 * @param pulseBeats beats from one pulse to the next
 * @param barBeats beats from one reverb to the next
 */
public record Cadence(Duration beat, int pulseBeats, int barBeats) {
    /** Whether a reverb lies between two beats, the later one included. */
    boolean isReverb(long after, long upTo) {
        return upTo / barBeats > after / barBeats;
    }

    /** Whether a pulse lies between two beats, the later one included. */
    boolean isPulse(long after, long upTo) {
        return upTo / pulseBeats > after / pulseBeats;
    }
}

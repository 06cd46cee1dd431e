/**
 * Where the cadence of the member that leads comes from: a local metronome, or BACKBEAT over NATS with the metronome behind
 * it (docs/adr/0039). A beat becomes an event of the log, and nothing else of a frame does. Shell.
 */
@NullMarked
package beacon.node.beats;

import org.jspecify.annotations.NullMarked;

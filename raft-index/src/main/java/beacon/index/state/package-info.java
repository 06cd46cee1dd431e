/**
 * What the index knows and how it decides: {@code decide} turns an append into events or a refusal and changes nothing,
 * {@code evolve} is the only writer of state. Pure and deterministic, shared by every member and by the simulator: time
 * arrives with the log entry, nothing here reads a clock, a disk or a random source (docs/adr/0003).
 */
@NullMarked
package beacon.index.state;

import org.jspecify.annotations.NullMarked;

/**
 * Production custodians in virtual time: the classes that the daemon runs, each on a disk in memory, messages between them
 * that get lost, and what has to hold whatever happens to them. Shell, since it drives a shell. See docs/adr/0041.
 */
@NullMarked
package beacon.sim.custody;

import org.jspecify.annotations.NullMarked;

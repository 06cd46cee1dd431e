/**
 * The Pin Steward: what is to be done so that every pinned artifact has all its columns where they survive. A pure function
 * of the projections and the time of a beat; it acts on nothing (docs/adr/0033). Core.
 */
@NullMarked
package beacon.steward;

import org.jspecify.annotations.NullMarked;

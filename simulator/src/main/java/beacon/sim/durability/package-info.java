/**
 * How much is to be expected to be lost: Monte-Carlo over the life of one group, with rare events made frequent and weighed
 * back, and Markov chains solved exactly to check it with. Pure: chance is handed in as a seed.
 */
@NullMarked
package beacon.sim.durability;

import org.jspecify.annotations.NullMarked;

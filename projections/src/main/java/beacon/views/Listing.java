package beacon.views;

import java.util.List;
import java.util.OptionalLong;

/**
 * Part of a listing.
 *
 * @param found in the order of the listing
 * @param next where the rest begins; empty when there is none
 */
public record Listing<T>(List<T> found, OptionalLong next) {}

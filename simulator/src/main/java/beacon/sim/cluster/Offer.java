package beacon.sim.cluster;

import java.util.List;

/**
 * What a leader sends.
 *
 * @param start length of the log that the entries follow
 * @param before term of the last entry before them
 */
record Offer(String from, long term, int start, long before, List<LogEntry> entries, int committed) {}

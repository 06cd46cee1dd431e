package beacon.sim.cluster;

import beacon.index.state.LogBatch;

/** An entry of the replicated log. */
record LogEntry(long term, LogBatch batch) {}

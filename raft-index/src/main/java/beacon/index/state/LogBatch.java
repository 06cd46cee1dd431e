package beacon.index.state;

import beacon.index.log.Append;
import java.util.List;

/**
 * Appends of many clients that share one entry of the replicated log.
 *
 * @param timeUnixMicros clock of the leader that made the entry
 */
public record LogBatch(long timeUnixMicros, List<Append> appends) {
    public LogBatch {
        appends = List.copyOf(appends);
    }
}

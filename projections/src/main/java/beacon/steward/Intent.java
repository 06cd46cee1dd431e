package beacon.steward;

import beacon.model.Event.MoveCause;
import beacon.model.NodeId;
import beacon.views.pins.GroupRef;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A column is to be brought to a node. The log takes its outcome only at the revision it was decided at, so that a repeated
 * or late one changes nothing.
 *
 * @param revision of the pin
 * @param target where the column shall be; it may be where it was, when blocks of it are to be made again there
 * @param sources what it can be made from; with the column itself among them it is copied
 */
public record Intent(GroupRef group, int column, long revision, NodeId target, MoveCause cause, Sources sources) {
    /**
     * The columns of a group that are whole.
     *
     * @param whole nodes by column
     * @param dataShards as many are enough to make any other
     */
    public record Sources(SortedMap<Integer, NodeId> whole, int dataShards, int parityShards, long columnBytes) {
        public Sources {
            whole = Collections.unmodifiableSortedMap(new TreeMap<>(whole));
        }
    }
}

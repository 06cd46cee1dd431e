package beacon.sim.cluster;

import java.util.ArrayList;
import java.util.List;

/** The replicated log on the disk of a member, and how much of it a crash leaves. */
final class MemberLog {
    private final List<LogEntry> entries = new ArrayList<>();
    private int synced;

    int size() {
        return entries.size();
    }

    /** Entries that are on the disk. */
    int synced() {
        return synced;
    }

    /** Entries up to a length are on the disk, as far as there are so many. */
    void sync(int length) {
        synced = Math.max(synced, Math.min(length, entries.size()));
    }

    void add(LogEntry entry) {
        entries.add(entry);
    }

    LogEntry get(int place) {
        return entries.get(place);
    }

    /** Term of the last of the first entries; 0 of none. */
    long termAt(int length) {
        return length == 0 ? 0 : entries.get(length - 1).term();
    }

    long lastTerm() {
        return termAt(entries.size());
    }

    List<LogEntry> from(int place, int atMost) {
        return List.copyOf(entries.subList(place, Math.min(entries.size(), place + atMost)));
    }

    /**
     * Takes entries of a leader, instead of those that differ.
     *
     * @param start length of the log that they follow
     * @param keepConflicts leaves what differs, which is wrong
     * @return whether there are more than before
     */
    boolean take(int start, List<LogEntry> offered, boolean keepConflicts) {
        int at = start;
        boolean grew = false;
        for (LogEntry entry : offered) {
            if (at < entries.size() && entries.get(at).term() != entry.term() && !keepConflicts) {
                cut(at);
            }
            if (at == entries.size()) {
                entries.add(entry);
                grew = true;
            }
            at++;
        }
        return grew;
    }

    /** Keeps the first entries only. */
    void cut(int length) {
        entries.subList(length, entries.size()).clear();
        synced = Math.min(synced, length);
    }

    /** What is read from the disk after a start is on the disk. */
    void open() {
        synced = entries.size();
    }

    /** What was not synced is lost. */
    void crash() {
        cut(synced);
    }
}

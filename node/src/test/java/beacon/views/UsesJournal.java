package beacon.views;

/** Breaks a rule, for the architecture test to find. */
public final class UsesJournal {
    beacon.index.journal.Journal journal;
}

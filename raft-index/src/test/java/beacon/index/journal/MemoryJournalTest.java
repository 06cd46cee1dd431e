package beacon.index.journal;

class MemoryJournalTest extends JournalContract {
    @Override
    protected Journal create() {
        return new MemoryJournal();
    }

    @Override
    protected Journal reopen(Journal journal) {
        journal.close();
        return journal;
    }
}

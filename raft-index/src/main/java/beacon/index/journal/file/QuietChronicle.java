package beacon.index.journal.file;

/**
 * Switches off what Chronicle's libraries do besides writing files. They read these properties when their classes load,
 * so {@link #settle()} comes before the first use. What an operator set on the command line stays.
 */
final class QuietChronicle {
    private QuietChronicle() {}

    static void settle() {
        // Usage statistics to a third party (the library that would send them is excluded from the build as well).
        set("chronicle.analytics.disable", "true");
        // A banner on standard output.
        set("chronicle.announcer.disable", "true");
        // A thread that polls the free space; the journal checks before it writes.
        set("chronicle.disk.monitor.disable", "true");
        // A thread that unmaps files; mappings are released by the thread that closes.
        set("background.releaser.thread", "false");
        // The journal's users hand readers and appenders between threads, one at a time.
        set("disable.single.threaded.check", "true");
        // A lock left by a dead process must not hold up a start; the bookkeeping file is made anew at each.
        set("chronicle.table.store.timeoutMS", "1000");
    }

    private static void set(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}

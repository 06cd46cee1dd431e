package beacon.bench;

import java.util.Map;

/**
 * One stage alone.
 *
 * @param rate by the clock, in MB of plaintext a second
 * @param processorSeconds what it takes of processors for a GB of plaintext, in this process and in the kernel for it
 */
record Stage(double rate, double processorSeconds) {
    private static final double MEGABYTES = 1e3;

    /**
     * What this machine could do at most if nothing but these stages took any time and no processor ever waited, in MB of
     * plaintext a second.
     *
     * @param times how often each stage is passed
     */
    static double bound(Map<String, Stage> stages, Map<String, Integer> times, int processors) {
        double seconds = 0;
        for (Map.Entry<String, Stage> stage : stages.entrySet()) {
            seconds += stage.getValue().processorSeconds() * times.getOrDefault(stage.getKey(), 1);
        }
        return MEGABYTES * processors / seconds;
    }
}

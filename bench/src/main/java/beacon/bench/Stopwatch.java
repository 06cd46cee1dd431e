package beacon.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Times work: by the clock, or by what its thread or this process took of a CPU, which other load does not touch. */
final class Stopwatch {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private Stopwatch() {}

    /**
     * What work took.
     *
     * @param seconds by the clock
     * @param processorSeconds of all threads of this process
     */
    record Both(double seconds, double processorSeconds) {}

    /** Work that may fail. */
    interface Work {
        void run() throws Exception;
    }

    static double cpuSeconds(Work work) {
        long start = THREADS.getCurrentThreadCpuTime();
        run(work);
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
    }

    static Both both(Work work) {
        long start = PROCESS.getProcessCpuTime();
        double seconds = seconds(work);
        return new Both(seconds, (PROCESS.getProcessCpuTime() - start) / 1e9);
    }

    static double seconds(Work work) {
        long start = System.nanoTime();
        run(work);
        return (System.nanoTime() - start) / 1e9;
    }

    private static void run(Work work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BenchException("expected the work to succeed, but it failed: " + e.getMessage(), e);
        }
    }
}

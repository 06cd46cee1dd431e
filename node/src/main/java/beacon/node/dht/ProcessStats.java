package beacon.node.dht;

import beacon.dht.node.DhtMetrics;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What this process uses. */
final class ProcessStats {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessStats() {}

    static JsonObject with(DhtMetrics metrics) {
        JsonObject memory = new JsonObject();
        memory.addProperty("rssBytes", residentBytes());
        memory.addProperty(
                "heapUsedBytes",
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        JsonObject object = new JsonObject();
        object.add("memory", memory);
        object.addProperty("cpuMs", cpuMillis());
        object.addProperty("pid", ProcessHandle.current().pid());
        object.add("metrics", DhtJson.of(metrics));
        return object;
    }

    private static double cpuMillis() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? Math.rint(system.getProcessCpuTime() / 1e4) / 1e2
                : 0;
    }

    /** Resident memory as Linux counts it; 0 elsewhere. */
    private static long residentBytes() {
        try {
            List<String> lines = Files.readAllLines(STATUS);
            for (String line : lines) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D+", "")) << 10;
                }
            }
            return 0;
        } catch (IOException e) {
            return 0;
        }
    }
}

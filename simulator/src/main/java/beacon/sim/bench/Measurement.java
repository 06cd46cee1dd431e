package beacon.sim.bench;

import java.util.List;
import java.util.function.Consumer;

/** Something that the benchmark of the simulator measures; {@link SimBench} has the list of them. */
public interface Measurement {
    /**
     * Measures.
     *
     * @param runs of each figure
     * @param quick coarse and short
     * @param progress told what is being done
     */
    List<Figure> run(int runs, boolean quick, Consumer<String> progress);
}

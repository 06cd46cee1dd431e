package beacon.sim.scenario;

import java.util.List;

/** A scenario file that cannot be used; says every mistake with its line. */
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ScenarioException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}

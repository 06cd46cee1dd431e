package beacon.node.config;

import java.util.List;

/** A configuration file that cannot be used; every problem found is listed, each with its place. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each: {@code file:line: what was expected, what was found}. */
    public List<String> problems() {
        return problems;
    }
}

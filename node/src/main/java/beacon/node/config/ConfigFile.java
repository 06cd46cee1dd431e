package beacon.node.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A YAML file as dotted keys with their text and their line, before anything is known about what they mean. */
final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 4;

    /** A text in the file. */
    record Entry(String text, int line) {}

    /** A list in the file: each item a flat mapping. */
    record Item(Map<String, Entry> fields, int line) {}

    private final Path path;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, List<Item>> lists = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private ConfigFile(Path path) {
        this.path = path;
    }

    static ConfigFile read(Path path) {
        ConfigFile file = new ConfigFile(path);
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new ConfigException(List.of(path + ": expected at most " + MAX_BYTES + " bytes"));
            }
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(path.toString())
                    .setCodePointLimit(MAX_BYTES)
                    .setAllowDuplicateKeys(false)
                    .setMaxAliasesForCollections(1)
                    .build();
            Optional<Node> root = new Compose(settings).composeString(Files.readString(path));
            root.ifPresent(node -> file.flatten("", node, 0));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new ConfigException(List.of(path + ":" + line + ": expected YAML, but " + e.getProblem()));
        } catch (YamlEngineException e) {
            throw new ConfigException(List.of(path + ": expected YAML, but " + e.getMessage()));
        } catch (IOException e) {
            throw new ConfigException(List.of(path + ": expected a readable file, but found none"));
        }
        return file;
    }

    Map<String, Entry> entries() {
        return entries;
    }

    Map<String, List<Item>> lists() {
        return lists;
    }

    List<String> problems() {
        return problems;
    }

    void problem(int line, String text) {
        problems.add(path + ":" + line + ": " + text);
    }

    void problem(String text) {
        problems.add(path + ": " + text);
    }

    /** A value; a problem when the text is none. */
    <T> Optional<T> parsed(String key, Kind<T> kind, Entry entry) {
        try {
            return Optional.of(kind.parser().apply(entry.text()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            problem(entry.line(), key + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    void stopIfAnyProblem() {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private void flatten(String prefix, Node node, int depth) {
        if (depth > MAX_DEPTH) {
            problem(line(node), "expected at most " + MAX_DEPTH + " levels");
        } else if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                String key = keyOf(tuple.getKeyNode());
                flatten(prefix.isEmpty() ? key : prefix + "." + key, tuple.getValueNode(), depth + 1);
            }
        } else if (node instanceof SequenceNode sequence) {
            lists.put(prefix, sequence.getValue().stream().map(this::item).toList());
        } else if (node instanceof ScalarNode scalar && !prefix.isEmpty()) {
            put(entries, prefix, scalar);
        } else {
            problem(line(node), "expected keys and values");
        }
    }

    private Item item(Node node) {
        Map<String, Entry> fields = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getValueNode() instanceof ScalarNode scalar) {
                    put(fields, keyOf(tuple.getKeyNode()), scalar);
                } else {
                    problem(line(tuple.getValueNode()), "expected a plain value");
                }
            }
        } else {
            problem(line(node), "expected an item with keys and values");
        }
        return new Item(fields, line(node));
    }

    private void put(Map<String, Entry> target, String key, ScalarNode scalar) {
        if (target.put(key, new Entry(scalar.getValue(), line(scalar))) != null) {
            problem(line(scalar), "expected the key \"" + key + "\" once");
        }
    }

    private String keyOf(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        problem(line(node), "expected a plain key");
        return "?";
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }
}

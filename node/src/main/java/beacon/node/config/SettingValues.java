package beacon.node.config;

import beacon.node.config.ConfigFile.Entry;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a file says about some settings; what it says about others is a problem. */
final class SettingValues {
    private final ConfigFile file;
    private final List<Setting<?>> settings;
    private final Set<String> knownLists;
    private final Map<String, Object> values = new LinkedHashMap<>();

    /**
     * Values that are not read yet.
     *
     * @param knownLists keys whose values are lists, read by somebody else
     */
    SettingValues(ConfigFile file, List<Setting<?>> settings, Set<String> knownLists) {
        this.file = file;
        this.settings = settings;
        this.knownLists = knownLists;
    }

    /** Reads all of them, and adds what is wrong to the problems of the file. */
    void parse() {
        refuseUnknownKeys();
        settings.forEach(this::parse);
    }

    private void refuseUnknownKeys() {
        Set<String> known = new LinkedHashSet<>();
        settings.forEach(setting -> known.add(setting.key()));
        file.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                file.problem(entry.line(), unknown(key, known));
            }
        });
        file.lists().forEach((key, items) -> {
            if (!knownLists.contains(key)) {
                int line = items.isEmpty() ? 1 : items.get(0).line();
                file.problem(line, "expected no list here, but found one at \"" + key + "\"");
            }
        });
    }

    static String unknown(String key, Set<String> known) {
        String last = key.substring(key.lastIndexOf('.') + 1);
        Optional<String> near = known.stream()
                .filter(candidate -> candidate.endsWith("." + last) || Spelling.isNear(candidate, key))
                .findFirst();
        return "expected a known key, but found \"" + key + "\""
                + near.map(candidate -> "; did you mean \"" + candidate + "\"?").orElse("");
    }

    private void parse(Setting<?> setting) {
        Entry entry = file.entries().get(setting.key());
        if (entry == null) {
            if (setting.required()) {
                file.problem("expected the key \"" + setting.key() + "\", but it is missing");
            }
            setting.standard()
                    .ifPresent(text ->
                            values.put(setting.key(), setting.kind().parser().apply(text)));
            return;
        }
        file.parsed(setting.key(), setting.kind(), entry).ifPresent(value -> values.put(setting.key(), value));
    }

    /** What a setting is set to, or its default. */
    <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> new IllegalStateException("no value for " + setting.key()));
    }

    /** What a setting that need not be given is set to. */
    @SuppressWarnings("unchecked") // values.get(key) was parsed by the kind of the setting with that key
    <T> Optional<T> find(Setting<T> setting) {
        @Nullable Object value = values.get(setting.key());
        return Optional.ofNullable((T) value);
    }
}

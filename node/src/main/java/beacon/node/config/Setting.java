package beacon.node.config;

import java.util.Optional;

/**
 * One key of the configuration file.
 *
 * @param key dotted path in the file
 * @param standard text of the default; empty when the key must be given or another key stands in
 * @param required whether a file without it is refused
 * @param meaning one sentence
 */
record Setting<T>(String key, Kind<T> kind, Optional<String> standard, boolean required, String meaning) {
    /** The default of a setting that has one. */
    static <T> T defaultOf(Setting<T> setting) {
        return setting.kind().parser().apply(setting.standard().orElseThrow());
    }

    static <T> Setting<T> required(String key, Kind<T> kind, String meaning) {
        return new Setting<>(key, kind, Optional.empty(), true, meaning);
    }

    static <T> Setting<T> optional(String key, Kind<T> kind, String meaning) {
        return new Setting<>(key, kind, Optional.empty(), false, meaning);
    }

    static <T> Setting<T> of(String key, Kind<T> kind, String standard, String meaning) {
        return new Setting<>(key, kind, Optional.of(standard), false, meaning);
    }
}

package beacon.node.config;

import java.util.ArrayList;
import java.util.List;

/** The settings as text for people: in the help, and in docs/configuration.md. */
public final class SettingsTable {
    private SettingsTable() {}

    /** One paragraph per key. */
    public static List<String> helpLines() {
        List<String> lines = new ArrayList<>();
        NodeSettings.ALL.forEach(setting -> describe(setting, lines));
        lines.add(NodeSettings.MEMBERS + " (list of id, raft, client)");
        lines.add("    Members of a new cluster, this one included; a member with data takes them from there.");
        lines.add("");
        lines.add("With role: storage, instead:");
        StorageSettings.ALL.forEach(setting -> describe(setting, lines));
        return lines;
    }

    private static void describe(Setting<?> setting, List<String> lines) {
        lines.add(setting.key() + " (" + setting.kind().form() + "; " + standard(setting) + ")");
        lines.add("    " + setting.meaning());
    }

    /** The table of members in docs/configuration.md. */
    public static String markdown() {
        return markdown(NodeSettings.ALL);
    }

    /** The table of storage nodes in docs/configuration.md. */
    public static String storageMarkdown() {
        return markdown(StorageSettings.ALL);
    }

    private static String markdown(List<Setting<?>> settings) {
        StringBuilder table = new StringBuilder("| key | form | default | meaning |\n|---|---|---|---|\n");
        for (Setting<?> setting : settings) {
            table.append("| `")
                    .append(setting.key())
                    .append("` | ")
                    .append(setting.kind().form())
                    .append(" | ");
            table.append(
                    setting.standard().map(text -> "`" + text + "`").orElse(setting.required() ? "required" : "–"));
            table.append(" | ").append(setting.meaning()).append(" |\n");
        }
        return table.toString();
    }

    private static String standard(Setting<?> setting) {
        return setting.standard().map(text -> "default " + text).orElse(setting.required() ? "required" : "optional");
    }
}

package beacon.node.process;

import beacon.index.tls.TlsFiles;
import beacon.node.config.NodeConfig.MemberEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes what {@code beacon node --config} reads. */
final class MemberConfig {
    private MemberConfig() {}

    /**
     * The text of a configuration file.
     *
     * @param settings more of it: dotted keys and their values
     */
    static String text(
            String cluster,
            MemberEntry self,
            List<MemberEntry> members,
            Path data,
            TlsFiles tls,
            Map<String, String> settings) {
        Map<String, Map<String, String>> sections = new TreeMap<>();
        put(sections, "member.id", self.id());
        put(sections, "member.data", data.toString());
        put(sections, "client.listen", self.client().toString());
        put(sections, "raft.listen", self.raft().toString());
        put(sections, "tls.ca", tls.ca().toString());
        put(sections, "tls.certificate", tls.certificate().toString());
        put(sections, "tls.key", tls.key().toString());
        put(sections, "cluster.id", cluster);
        settings.forEach((key, value) -> put(sections, key, value));
        StringBuilder text = new StringBuilder();
        sections.forEach((section, values) -> {
            text.append(section).append(":\n");
            values.forEach((key, value) ->
                    text.append("  ").append(key).append(": \"").append(value).append("\"\n"));
            if (section.equals("cluster")) {
                text.append("  members:\n");
                members.forEach(each -> text.append("    - {id: \"%s\", raft: \"%s\", client: \"%s\"}%n"
                        .formatted(each.id(), each.raft(), each.client())));
            }
        });
        return text.toString();
    }

    private static void put(Map<String, Map<String, String>> sections, String key, String value) {
        int dot = key.indexOf('.');
        sections.computeIfAbsent(key.substring(0, dot), unused -> new TreeMap<>())
                .put(key.substring(dot + 1), value);
    }
}

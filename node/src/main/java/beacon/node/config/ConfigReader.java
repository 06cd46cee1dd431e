package beacon.node.config;

import beacon.index.tls.TlsFiles;
import beacon.node.beats.Metronome;
import beacon.node.beats.NatsSettings;
import beacon.node.ca.LogKey;
import beacon.node.config.ConfigFile.Entry;
import beacon.node.config.ConfigFile.Item;
import beacon.node.config.NodeConfig.MemberEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** From a file to a {@link NodeConfig}, or to a list of everything that is wrong with it. */
public final class ConfigReader {
    private static final List<String> MEMBER_FIELDS = List.of("id", "raft", "client");

    /** Below this a garbage collection or a slow fsync starts elections. */
    private static final long LEAST_ELECTION_MILLIS = 100;

    private final ConfigFile file;
    private final Path base;
    private final SettingValues values;

    private ConfigReader(ConfigFile file, Path base) {
        this.file = file;
        this.base = base;
        this.values = new SettingValues(file, NodeSettings.ALL, Set.of(NodeSettings.MEMBERS));
    }

    /**
     * Reads a configuration; relative paths in it count from the file's directory.
     *
     * @throws ConfigException with every problem found
     */
    public static NodeConfig read(Path path) {
        Path absolute = path.toAbsolutePath();
        Path parent = absolute.getParent();
        ConfigReader reader = new ConfigReader(ConfigFile.read(path), parent == null ? absolute : parent);
        return reader.config();
    }

    private NodeConfig config() {
        values.parse();
        List<MemberEntry> members = members();
        file.stopIfAnyProblem();
        NodeConfig config = assemble(members);
        validate(config);
        file.stopIfAnyProblem();
        return config;
    }

    private List<MemberEntry> members() {
        List<MemberEntry> members = new ArrayList<>();
        List<Item> items = file.lists().getOrDefault(NodeSettings.MEMBERS, List.of());
        if (items.size() > NodeConfig.MAX_MEMBERS) {
            file.problem(items.get(0).line(), "expected at most " + NodeConfig.MAX_MEMBERS + " members");
            return members;
        }
        for (Item item : items) {
            item.fields().forEach((key, entry) -> {
                if (!MEMBER_FIELDS.contains(key)) {
                    file.problem(entry.line(), SettingValues.unknown(key, new LinkedHashSet<>(MEMBER_FIELDS)));
                }
            });
            Optional<String> id = field(item, "id", Kind.NAME);
            Optional<Endpoint> raft = field(item, "raft", Kind.ENDPOINT);
            Optional<Endpoint> client = field(item, "client", Kind.ENDPOINT);
            if (id.isPresent() && raft.isPresent() && client.isPresent()) {
                members.add(new MemberEntry(id.get(), raft.get(), client.get()));
            }
        }
        return members;
    }

    private <T> Optional<T> field(Item item, String key, Kind<T> kind) {
        Entry entry = item.fields().get(key);
        if (entry == null) {
            file.problem(item.line(), "expected the key \"" + key + "\" in each of cluster.members");
            return Optional.empty();
        }
        return file.parsed(NodeSettings.MEMBERS + "." + key, kind, entry);
    }

    private NodeConfig assemble(List<MemberEntry> members) {
        Path key = base.resolve(get(NodeSettings.TLS_KEY));
        return new NodeConfig(
                get(NodeSettings.MEMBER_ID),
                get(NodeSettings.CLUSTER_ID),
                base.resolve(get(NodeSettings.DATA)),
                members,
                listen(members),
                new TlsFiles(
                        base.resolve(get(NodeSettings.TLS_CA)), base.resolve(get(NodeSettings.TLS_CERTIFICATE)), key),
                find(NodeSettings.LOG_KEY).map(base::resolve).orElse(key.resolveSibling(LogKey.KEY_FILE)),
                new NodeConfig.RaftTuning(
                        get(NodeSettings.ELECTION_TIMEOUT),
                        get(NodeSettings.SNAPSHOT_EVENTS),
                        get(NodeSettings.REQUEST_WINDOW)),
                new NodeConfig.Limits(
                        get(NodeSettings.LEAST_FREE_BYTES),
                        get(NodeSettings.STREAMS),
                        get(NodeSettings.CALLS_PER_CONNECTION),
                        get(NodeSettings.STREAM_STALL),
                        get(NodeSettings.DRAIN)),
                new NodeConfig.Stewardship(
                        get(NodeSettings.BEAT),
                        get(NodeSettings.PULSE_BEATS),
                        get(NodeSettings.BAR_BEATS),
                        get(NodeSettings.PING),
                        get(NodeSettings.GRACE),
                        get(NodeSettings.DELETION_GRACE),
                        get(NodeSettings.AUDIT_BLOCKS),
                        get(NodeSettings.REPAIR_RATE),
                        nats()),
                new NodeConfig.LogStyle(get(NodeSettings.LOG_FORMAT), get(NodeSettings.LOG_LEVEL)));
    }

    private Optional<NatsSettings> nats() {
        if (!get(BeatSettings.SOURCE).equals(BeatSettings.NATS)) {
            return Optional.empty();
        }
        return Optional.of(new NatsSettings(
                get(BeatSettings.SERVER),
                find(BeatSettings.CLUSTER_ID).orElse(get(NodeSettings.CLUSTER_ID)),
                get(BeatSettings.SUBJECT),
                get(BeatSettings.CLAIMS),
                get(BeatSettings.REPORTS),
                find(BeatSettings.CA).map(base::resolve),
                find(BeatSettings.CREDENTIALS).map(base::resolve)));
    }

    private NodeConfig.Listen listen(List<MemberEntry> members) {
        String id = get(NodeSettings.MEMBER_ID);
        Optional<MemberEntry> own =
                members.stream().filter(member -> member.id().equals(id)).findFirst();
        Endpoint client = get(NodeSettings.CLIENT_LISTEN);
        Endpoint raft = get(NodeSettings.RAFT_LISTEN);
        return new NodeConfig.Listen(
                client,
                find(NodeSettings.CLIENT_ADVERTISE)
                        .orElse(own.map(MemberEntry::client).orElse(client)),
                raft,
                find(NodeSettings.RAFT_ADVERTISE)
                        .orElse(own.map(MemberEntry::raft).orElse(raft)),
                get(NodeSettings.HTTP_LISTEN));
    }

    private void validate(NodeConfig config) {
        Set<String> ids = new LinkedHashSet<>();
        Set<Endpoint> endpoints = new LinkedHashSet<>();
        for (MemberEntry member : config.members()) {
            if (!ids.add(member.id())) {
                file.problem("cluster.members: expected each id once, but found \"" + member.id() + "\" again");
            }
            if (!endpoints.add(member.raft()) || !endpoints.add(member.client())) {
                file.problem("cluster.members: expected different addresses, but found one of \"" + member.id()
                        + "\" twice");
            }
        }
        if (!ids.isEmpty() && !ids.contains(config.memberId())) {
            file.problem("expected member.id \"" + config.memberId() + "\" among cluster.members, but found " + ids);
        }
        if (config.raft().electionTimeout().toMillis() < LEAST_ELECTION_MILLIS) {
            file.problem("expected raft.election-timeout of at least " + LEAST_ELECTION_MILLIS + "ms, but found "
                    + config.raft().electionTimeout().toMillis() + "ms");
        }
        if (config.steward()
                .nats()
                .map(NatsSettings::clusterId)
                .filter(Metronome.SOURCE::equals)
                .isPresent()) {
            file.problem(
                    "expected another name as beats.nats.cluster-id than that of the metronome, but found \"local\"");
        }
        requireReachable("client.advertise", config.listen().clientAdvertised());
        requireReachable("raft.advertise", config.listen().raftAdvertised());
    }

    private void requireReachable(String key, Endpoint endpoint) {
        if (endpoint.host().equals("0.0.0.0") || endpoint.host().equals("::")) {
            file.problem("expected " + key + " (or cluster.members) to say what others dial, but found " + endpoint);
        }
    }

    private <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    private <T> Optional<T> find(Setting<T> setting) {
        return values.find(setting);
    }
}

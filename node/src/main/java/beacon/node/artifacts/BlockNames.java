package beacon.node.artifacts;

import beacon.dht.Stages;
import beacon.dht.artifact.Columns;
import beacon.dht.artifact.Group;
import beacon.dht.artifact.Manifest;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException.Reason;
import beacon.node.artifacts.StripeFetch.Source;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * Which blocks an artifact consists of, from its manifest and lists, which are read from any of the nodes that have copies.
 * Remembers the latest few. Safe for many threads; each question blocks the thread that asks.
 */
public final class BlockNames {
    private static final int MANIFESTS = 64;
    private static final int LISTS = 32;

    private final BlockPeers peers;
    private final NodeScores scores = new NodeScores();
    private final Map<Cid, Manifest> manifests = latest(MANIFESTS);
    private final Map<Cid, Columns> lists = latest(LISTS);

    public BlockNames(BlockPeers peers) {
        this.peers = peers;
    }

    private static <V> Map<Cid, V> latest(int size) {
        return new LinkedHashMap<>(size, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Cid, V> eldest) {
                return size() > size;
            }
        };
    }

    /**
     * The manifest.
     *
     * @param copies nodes that should have it
     * @throws ArtifactException when it cannot be had
     */
    public Manifest manifest(Cid cid, List<PeerId> copies) {
        synchronized (manifests) {
            Manifest known = manifests.get(cid);
            if (known != null) {
                return known;
            }
        }
        Manifest read = decoding(cid, () -> Manifest.decode(fetch(cid, copies)));
        synchronized (manifests) {
            manifests.put(cid, read);
        }
        return read;
    }

    /**
     * The columns of a group of the payload.
     *
     * @param group from 1
     * @throws ArtifactException when the manifest has no such group, or they cannot be had
     */
    public Columns columns(Cid manifest, int group, List<PeerId> copies) {
        Manifest read = manifest(manifest, copies);
        if (group < 1 || group > read.groups().size()) {
            throw new ArtifactException(
                    Reason.MALFORMED,
                    "expected a group from 1 to %d, but found %d"
                            .formatted(read.groups().size(), group));
        }
        Group described = read.groups().get(group - 1);
        synchronized (lists) {
            Columns known = lists.get(described.list());
            if (known != null) {
                return known;
            }
        }
        long stripes = described.layout(read.cellBytes()).stripes();
        Columns columns = decoding(
                described.list(), () -> Columns.decode(described.coding(), stripes, fetch(described.list(), copies)));
        synchronized (lists) {
            lists.put(described.list(), columns);
        }
        return columns;
    }

    /**
     * The blocks of a column, in their order; those of group 0 are the manifest and its lists.
     *
     * @throws ArtifactException when they cannot be had
     */
    public List<Cid> column(Cid manifest, int group, int column, List<PeerId> copies) {
        if (group > 0) {
            return columns(manifest, group, copies).column(column);
        }
        List<Cid> blocks = new ArrayList<>(List.of(manifest));
        manifest(manifest, copies).groups().forEach(each -> blocks.add(each.list()));
        return blocks;
    }

    /** Reads what has a form of its own. */
    private interface Reading<T> {
        T read();
    }

    private static <T> T decoding(Cid cid, Reading<T> reading) {
        try {
            return reading.read();
        } catch (WireException e) {
            throw new ArtifactException(Reason.MALFORMED, cid + ": " + e.getMessage(), e);
        }
    }

    private ByteString fetch(Cid cid, List<PeerId> copies) {
        List<Source> sources = new ArrayList<>();
        copies.forEach(node -> sources.add(new Source(sources.size(), node, cid)));
        try {
            return StripeFetch.start(peers, scores, sources, 1)
                    .join()
                    .values()
                    .iterator()
                    .next();
        } catch (CompletionException e) {
            throw new ArtifactException(
                    Reason.NOT_ENOUGH_COLUMNS,
                    "expected a copy of %s, but could not have one: %s"
                            .formatted(cid, Stages.cause(e).getMessage()),
                    e);
        }
    }
}

package beacon.index.tree.tiles;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tiles read last, each verified before it came in. Safe for use by several threads. */
final class TileCache {
    /** At 8 KiB a tile: 4 MiB. */
    private static final int MAX_TILES = 512;

    private final Map<TileId, byte[]> tiles = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<TileId, byte[]> eldest) {
            return size() > MAX_TILES;
        }
    };

    synchronized byte @Nullable [] get(TileId id) {
        return tiles.get(id);
    }

    synchronized void put(TileId id, byte[] tile) {
        tiles.put(id, tile);
    }

    /** Which tile. */
    record TileId(int level, long index) {
        TileId parent() {
            return new TileId(level + 1, index / TilePath.WIDTH);
        }

        String path() {
            return TilePath.hashes(level, index);
        }

        /** First leaf that the tile stands for. */
        long firstLeaf() {
            return index << (HashTileStore.TILE_HEIGHT * (level + 1));
        }

        /** First leaf after those that the tile stands for. */
        long endLeaf() {
            return (index + 1) << (HashTileStore.TILE_HEIGHT * (level + 1));
        }
    }
}

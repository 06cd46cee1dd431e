package beacon.index.tree.tiles;

import beacon.index.tree.Hash;
import beacon.index.tree.KnownLeaves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the tile files of a log that need not be running, to compare a journal with them. Changes nothing. */
public final class PublishedTiles implements KnownLeaves {
    private final Path root;

    public PublishedTiles(Path root) {
        this.root = root;
    }

    /**
     * {@inheritDoc}
     *
     * @throws TileException.Failed when files cannot be read
     */
    @Override
    public byte[] leafHashes(long group) {
        return tile(0, group);
    }

    /**
     * {@inheritDoc}
     *
     * @throws TileException.Failed when files cannot be read
     */
    @Override
    public Optional<Hash> groupRoot(long group) {
        byte[] parent = tile(1, group / TilePath.WIDTH);
        int offset = (int) (group % TilePath.WIDTH) * Hash.BYTES;
        return offset < parent.length ? Optional.of(Hash.at(parent, offset)) : Optional.empty();
    }

    private byte[] tile(int level, long index) {
        String full = TilePath.hashes(level, index);
        try {
            Path file = root.resolve(full);
            if (!Files.exists(file)) {
                Optional<Path> widest = widest(root.resolve(TilePath.partials(full)));
                if (widest.isEmpty()) {
                    return new byte[0];
                }
                file = widest.get();
            }
            long bytes = Files.size(file);
            boolean tile = bytes % Hash.BYTES == 0 && bytes <= (long) TilePath.WIDTH * Hash.BYTES;
            return tile ? Files.readAllBytes(file) : new byte[0];
        } catch (IOException e) {
            throw new TileException.Failed("expected to read " + full, e);
        }
    }

    private static Optional<Path> widest(Path partials) throws IOException {
        try (Stream<Path> files = Files.list(partials)) {
            return files.filter(file -> file.getFileName().toString().matches("[1-9][0-9]{0,2}"))
                    .max((a, b) -> Integer.compare(width(a), width(b)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static int width(Path file) {
        return Integer.parseInt(file.getFileName().toString());
    }
}

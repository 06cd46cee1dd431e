package beacon.node.blocks;

import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.file.FileBlockstore;
import beacon.dht.libp2p.PeerKeys;
import beacon.model.Cid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A folder with a block store, open in one process at a time: opening removes what an earlier process did not finish. The
 * key that names the peer which serves it lies beside the blocks.
 */
public final class StoreFolder implements AutoCloseable {
    private static final String LOCK_FILE = "lock";
    private static final String KEY_FILE = "identity.key";
    private static final String PROVEN_FILE = "proven";
    private static final int SECRET_BYTES = 32;
    private static final long CACHE_BYTES = 64 << 20;

    private final Path folder;
    private final FileChannel lock;
    private final FileBlockstore store;
    private final List<Cid> corrupt = Collections.synchronizedList(new ArrayList<>());

    private StoreFolder(Path folder, FileChannel lock, long quotaBytes, long cacheBytes) {
        this.folder = folder;
        this.lock = lock;
        BlockLimits limits = new BlockLimits(quotaBytes, BlockLimits.DEFAULT_MAX_BLOCK_BYTES);
        this.store = FileBlockstore.open(
                folder, new FileBlockstore.Options(limits, cacheBytes, true), (cid, size) -> corrupt.add(cid));
    }

    /**
     * Opens or makes a store.
     *
     * @throws StoreInUse when another process has it open
     */
    public static StoreFolder open(Path folder, long quotaBytes) {
        return open(folder, quotaBytes, CACHE_BYTES);
    }

    /**
     * Opens or makes a store that keeps so many bytes of what it read in memory.
     *
     * @throws StoreInUse when another process has it open
     */
    public static StoreFolder open(Path folder, long quotaBytes, long cacheBytes) {
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() != null) {
                    return new StoreFolder(folder, channel, quotaBytes, cacheBytes);
                }
            } catch (OverlappingFileLockException e) {
                // Open in this very process; told below.
            }
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("expected to open the block store " + folder, e);
        }
        throw new StoreInUse("expected a block store that nobody else uses, but found " + folder + " open already");
    }

    /** The blocks. */
    public FileBlockstore blocks() {
        return store;
    }

    /** Whether nobody has called {@link #prove} since this folder was made: it is new, or was emptied. */
    public boolean isNew() {
        return !Files.exists(folder.resolve(PROVEN_FILE));
    }

    /** Notes that it is known what this store has not. */
    public void prove() {
        try {
            Files.write(folder.resolve(PROVEN_FILE), new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write " + folder.resolve(PROVEN_FILE), e);
        }
    }

    /** Blocks that were found corrupt since the store was opened. */
    public List<Cid> corrupt() {
        return List.copyOf(corrupt);
    }

    /** The key of the peer that serves this store; made when there is none. */
    public PeerKeys keys() {
        Path file = folder.resolve(KEY_FILE);
        try {
            byte[] secret = Files.readAllBytes(file);
            if (secret.length != SECRET_BYTES) {
                throw new IOException("expected a key of 32 bytes in " + file + ", but found " + secret.length);
            }
            return new PeerKeys(secret);
        } catch (NoSuchFileException e) {
            return makeKeys(file);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + file, e);
        }
    }

    private static PeerKeys makeKeys(Path file) {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, secret);
            return new PeerKeys(secret);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write " + file, e);
        }
    }

    @Override
    public void close() {
        store.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("expected to unlock " + folder, e);
        }
    }
}

package beacon.keys.fragments;

import beacon.keys.Entropy;
import beacon.keys.custody.OrgKey;
import beacon.keys.primitives.Sha512;
import beacon.keys.primitives.XChaChaPoly;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/**
 * Keeps a custodian's fragments. Safe for many threads; one process at a time.
 *
 * <p>Rituals lie in 256 buckets by a hash of their id. A bucket is one file, sealed with XChaCha20-Poly1305 under a key
 * of its own and bound to store, bucket and key version; all bucket keys lie in one small age file. Storing rewrites one
 * bucket. Deleting writes the bucket anew under a fresh key and then replaces the key file: from that rename on, every
 * earlier file of the bucket is unreadable, wherever its blocks may linger. Each step is a synced write beside and a
 * rename, so a crash leaves the state before or after. What is acknowledged is on disk.
 */
public final class FragmentStore implements AutoCloseable {
    /** Format that this version writes; a later one is refused. */
    public static final String FORMAT = "fragment-store/1";

    private static final String FORMAT_FILE = "format";
    private static final String KEY_FILE = "keys.age";
    private static final String BUCKET_PREFIX = "bucket-";
    private static final byte[] MAGIC = "FRG1".getBytes(StandardCharsets.US_ASCII);

    private final StoreFiles files;
    private final StoreSeal seal;
    private final CurrentKeys currentKeys;
    private final Entropy entropy;
    private final ReentrantReadWriteLock keysLock = new ReentrantReadWriteLock();
    private final List<Lock> bucketLocks =
            Stream.<Lock>generate(ReentrantLock::new).limit(BucketKeys.BUCKETS).toList();
    private BucketKeys keys;
    private boolean closed;

    private FragmentStore(StoreFiles files, StoreSeal seal, CurrentKeys currentKeys, Entropy entropy, BucketKeys keys) {
        this.files = files;
        this.seal = seal;
        this.currentKeys = currentKeys;
        this.entropy = entropy;
        this.keys = keys;
    }

    /** Makes a new, empty store in a directory that is empty or absent. */
    public static FragmentStore initialize(Path directory, StoreSeal seal, CurrentKeys currentKeys, Entropy entropy) {
        return create(directory, seal, currentKeys, entropy, List.of());
    }

    /**
     * Makes a new store from a backup, all of it or none. The new store has keys of its own; whether its fragments are
     * still of use, the log decides at every retrieval.
     *
     * @param backupSeal opens the backup
     */
    public static FragmentStore restore(
            InputStream backup,
            StoreSeal backupSeal,
            Path directory,
            StoreSeal seal,
            CurrentKeys currentKeys,
            Entropy entropy) {
        List<Ritual> rituals = FragmentBackup.read(backup, backupSeal);
        try {
            return create(directory, seal, currentKeys, entropy, rituals);
        } finally {
            rituals.forEach(Ritual::close);
        }
    }

    private static FragmentStore create(
            Path directory, StoreSeal seal, CurrentKeys currentKeys, Entropy entropy, List<Ritual> rituals) {
        StoreFiles files = StoreFiles.lock(directory);
        try {
            if (files.read(FORMAT_FILE).isPresent() || files.read(KEY_FILE).isPresent()) {
                throw new FragmentStoreException.Occupied(directory);
            }
            FragmentStore store = new FragmentStore(files, seal, currentKeys, entropy, BucketKeys.fresh(entropy));
            store.writeAll(rituals);
            writeKeys(files, seal, store.keys, entropy);
            // Last: without it there is no store.
            files.write(FORMAT_FILE, (FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
            return store;
        } catch (IOException failed) {
            files.close();
            throw new FragmentStoreException.Failed("expected to make a store in " + directory, failed);
        } catch (RuntimeException refused) {
            files.close();
            throw refused;
        }
    }

    private void writeAll(List<Ritual> rituals) throws IOException {
        TreeMap<Integer, Bucket> buckets = new TreeMap<>();
        for (Ritual ritual : rituals) {
            buckets.computeIfAbsent(bucketOf(ritual.id()), unused -> new Bucket())
                    .put(ritual.in(ritual.label().state()));
        }
        for (Map.Entry<Integer, Bucket> entry : buckets.entrySet()) {
            writeBucket(entry.getKey(), entry.getValue(), keys);
            entry.getValue().close();
        }
    }

    /** Opens a store and finishes what a crash left unfinished. */
    public static FragmentStore open(Path directory, StoreSeal seal, CurrentKeys currentKeys, Entropy entropy) {
        if (!Files.exists(directory.resolve(FORMAT_FILE))) {
            throw new FragmentStoreException.Absent(directory);
        }
        StoreFiles files = StoreFiles.lock(directory);
        try {
            String format = new String(files.read(FORMAT_FILE).orElseThrow(), StandardCharsets.US_ASCII).strip();
            if (!format.equals(FORMAT)) {
                throw new FragmentStoreException.UnknownFormat(FORMAT, format);
            }
            byte[] plain = seal.open(
                    files.read(KEY_FILE).orElseThrow(() -> new FragmentStoreException.Damaged("the key file")));
            BucketKeys keys = BucketKeys.decode(plain);
            Arrays.fill(plain, (byte) 0);
            FragmentStore store = new FragmentStore(files, seal, currentKeys, entropy, keys);
            store.removeUnreadableBuckets();
            return store;
        } catch (IOException failed) {
            files.close();
            throw new FragmentStoreException.Failed("expected to open the store in " + directory, failed);
        } catch (RuntimeException refused) {
            files.close();
            throw refused;
        }
    }

    /** Keeps a fragment; done when it is on disk. Storing the same again, or in another state, is fine. */
    public void store(Ritual ritual) {
        int number = bucketOf(ritual.id());
        inBucket(number, () -> {
            try (Bucket bucket = readBucket(number)) {
                bucket.put(ritual.in(ritual.label().state()));
                writeBucket(number, bucket, keys);
                return true;
            }
        });
    }

    /** The fragment, when the log says that it is of the present epoch. */
    public Retrieval retrieve(String ritualId) {
        int number = bucketOf(ritualId);
        return inBucket(number, () -> {
            try (Bucket bucket = readBucket(number)) {
                return bucket.get(ritualId)
                        .map(this::judge)
                        .orElse(Retrieval.refused(Retrieval.Outcome.UNKNOWN_RITUAL));
            }
        });
    }

    /**
     * Keeps a secret of the custodian itself, such as its ceremony key: backed up with the fragments, judged by no log.
     *
     * @param name as in a ritual id
     */
    public void storeOwn(String name, byte[] secret) {
        try (Ritual own = Ritual.own(name, secret.clone())) {
            store(own);
        }
    }

    /** A secret of the custodian itself; the caller wipes it. */
    public Optional<byte[]> own(String name) {
        String id = Ritual.ownId(name);
        int number = bucketOf(id);
        return inBucket(number, () -> {
            try (Bucket bucket = readBucket(number)) {
                return bucket.get(id).map(Ritual::copyFragment);
            }
        });
    }

    /** The same fragment in another state; false when there is none. */
    public boolean move(String ritualId, Ritual.State state) {
        int number = bucketOf(ritualId);
        return inBucket(number, () -> {
            try (Bucket bucket = readBucket(number)) {
                Optional<Ritual> found = bucket.get(ritualId);
                if (found.isEmpty()) {
                    return false;
                }
                if (found.get().label().state() != state) {
                    bucket.put(found.get().in(state));
                    writeBucket(number, bucket, keys);
                }
                return true;
            }
        });
    }

    /** Forgets a fragment for good; false when there was none. */
    public boolean delete(String ritualId) {
        int number = bucketOf(ritualId);
        keysLock.writeLock().lock();
        try {
            expectOpen();
            try (Bucket bucket = readBucket(number)) {
                if (!bucket.remove(ritualId)) {
                    return false;
                }
                String old = bucketFile(number, keys);
                BucketKeys next = keys.replacing(number, entropy);
                writeBucket(number, bucket, next);
                writeKeys(files, seal, next, entropy);
                keys.close();
                keys = next;
                files.delete(old);
                return true;
            }
        } catch (IOException failed) {
            // Which key file is on disk is unknown now; another write could be lost. Opening again finds out.
            shut();
            throw new FragmentStoreException.Failed("expected to delete a ritual", failed);
        } finally {
            keysLock.writeLock().unlock();
        }
    }

    /** All labels; nothing secret. */
    public List<Ritual.Label> list() {
        List<Ritual.Label> labels = new ArrayList<>();
        for (int number = 0; number < BucketKeys.BUCKETS; number++) {
            int current = number;
            labels.addAll(inBucket(current, () -> {
                try (Bucket bucket = readBucket(current)) {
                    return bucket.all().stream().map(Ritual::label).toList();
                }
            }));
        }
        return labels;
    }

    /** Writes one portable, armored age file that holds a JSON document; stock {@code age -d} opens it. */
    public void backup(OutputStream out, StoreSeal backupSeal, InstantSource clock) {
        keysLock.writeLock().lock();
        try {
            expectOpen();
            FragmentBackup.Heading heading =
                    new FragmentBackup.Heading(ByteString.copyFrom(keys.storeId()), keys.generation(), clock.instant());
            FragmentBackup.write(out, backupSeal, heading, this::readBucket, entropy);
        } finally {
            keysLock.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        keysLock.writeLock().lock();
        try {
            shut();
        } finally {
            keysLock.writeLock().unlock();
        }
    }

    private void shut() {
        if (!closed) {
            closed = true;
            keys.close();
            files.close();
        }
    }

    private Retrieval judge(Ritual ritual) {
        Optional<OrgKey> key = currentKeys.current(ritual.label().keyId());
        if (key.isEmpty()) {
            return Retrieval.refused(Retrieval.Outcome.UNKNOWN_KEY);
        }
        if (!ritual.isCurrent(key.get(), entropy)) {
            return Retrieval.refused(Retrieval.Outcome.STALE);
        }
        return ritual.label().state() == Ritual.State.ACTIVE
                ? new Retrieval(Retrieval.Outcome.FOUND, Optional.of(ritual.in(Ritual.State.ACTIVE)))
                : Retrieval.refused(Retrieval.Outcome.NOT_ACTIVE);
    }

    private interface BucketTask<T> {
        T run() throws IOException;
    }

    private <T> T inBucket(int number, BucketTask<T> task) {
        keysLock.readLock().lock();
        bucketLocks.get(number).lock();
        try {
            expectOpen();
            return task.run();
        } catch (IOException failed) {
            throw new FragmentStoreException.Failed("expected to read and write bucket " + number, failed);
        } finally {
            bucketLocks.get(number).unlock();
            keysLock.readLock().unlock();
        }
    }

    private Bucket readBucket(int number) {
        try {
            Optional<byte[]> file = files.read(bucketFile(number, keys));
            if (file.isEmpty()) {
                return new Bucket();
            }
            ByteBuffer in = ByteBuffer.wrap(file.get());
            byte[] magic = new byte[MAGIC.length];
            byte[] nonce = new byte[XChaChaPoly.NONCE_BYTES];
            if (in.remaining() < magic.length + nonce.length) {
                throw new FragmentStoreException.Damaged("bucket " + number);
            }
            in.get(magic).get(nonce);
            byte[] sealed = new byte[in.remaining()];
            in.get(sealed);
            byte[] plain = XChaChaPoly.open(keys.key(number), nonce, aad(number, keys), sealed)
                    .filter(unused -> Arrays.equals(magic, MAGIC))
                    .orElseThrow(() -> new FragmentStoreException.Damaged("bucket " + number));
            Bucket bucket = Bucket.decode(plain);
            Arrays.fill(plain, (byte) 0);
            return bucket;
        } catch (IOException failed) {
            throw new FragmentStoreException.Failed("expected to read bucket " + number, failed);
        }
    }

    private void writeBucket(int number, Bucket bucket, BucketKeys under) throws IOException {
        byte[] plain = bucket.encode();
        byte[] nonce = entropy.bytes(XChaChaPoly.NONCE_BYTES);
        byte[] sealed = XChaChaPoly.seal(under.key(number), nonce, aad(number, under), plain);
        Arrays.fill(plain, (byte) 0);
        byte[] file = ByteBuffer.allocate(MAGIC.length + nonce.length + sealed.length)
                .put(MAGIC)
                .put(nonce)
                .put(sealed)
                .array();
        files.write(bucketFile(number, under), file);
    }

    private static void writeKeys(StoreFiles files, StoreSeal seal, BucketKeys keys, Entropy entropy)
            throws IOException {
        byte[] plain = keys.encode();
        files.write(KEY_FILE, seal.seal(plain, entropy));
        Arrays.fill(plain, (byte) 0);
    }

    /** A crash within a deletion leaves a bucket file that no key opens any more, or not yet. */
    private void removeUnreadableBuckets() throws IOException {
        List<String> live = new ArrayList<>();
        for (int number = 0; number < BucketKeys.BUCKETS; number++) {
            live.add(bucketFile(number, keys));
        }
        for (String name : files.list(BUCKET_PREFIX)) {
            if (!live.contains(name)) {
                files.delete(name);
            }
        }
    }

    private static String bucketFile(int number, BucketKeys keys) {
        return "%s%02x-%d.frg".formatted(BUCKET_PREFIX, number, keys.version(number));
    }

    private static byte[] aad(int number, BucketKeys keys) {
        return ByteBuffer.allocate(MAGIC.length + BucketKeys.STORE_ID_BYTES + 2 * Integer.BYTES)
                .put(MAGIC)
                .put(keys.storeId())
                .putInt(number)
                .putInt(keys.version(number))
                .array();
    }

    private static int bucketOf(String ritualId) {
        byte[] hash = Sha512.of("beacon/fragment-bucket/v1")
                .field(ritualId.getBytes(StandardCharsets.UTF_8))
                .digest(1);
        return hash[0] & 0xff;
    }

    private void expectOpen() {
        if (closed) {
            throw new FragmentStoreException.Closed();
        }
    }
}

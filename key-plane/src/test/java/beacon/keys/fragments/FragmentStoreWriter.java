package beacon.keys.fragments;

import beacon.keys.TestEntropy;
import beacon.keys.custody.KeyShare;
import beacon.keys.custody.OrgKey;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.primitives.Sha512;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A process that writes and deletes rituals, and says so, until it is killed. */
public final class FragmentStoreWriter {
    private static final int THREADS = 32;

    private FragmentStoreWriter() {}

    /** Arguments: directory, identity, name of the round. */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        StoreSeal seal = StoreSeal.x25519(X25519Identity.parse(arguments[1]));
        TestEntropy entropy = new TestEntropy(arguments[2].hashCode());
        CurrentKeys none = keyId -> Optional.empty();
        FragmentStore store = Files.exists(directory.resolve("format"))
                ? FragmentStore.open(directory, seal, none, entropy)
                : FragmentStore.initialize(directory, seal, none, entropy);
        for (int thread = 0; thread < THREADS; thread++) {
            String prefix = "r" + arguments[2] + "-" + thread + "-";
            new Thread(() -> writeForever(store, prefix)).start();
        }
    }

    private static void writeForever(FragmentStore store, String prefix) {
        for (int i = 0; ; i++) {
            store.store(ritual(prefix + i));
            System.out.println("stored " + prefix + i);
            if (i % 50 == 2) {
                System.out.println("deleting " + prefix + (i - 1));
                store.delete(prefix + (i - 1));
                System.out.println("deleted " + prefix + (i - 1));
            }
        }
    }

    /** Everything about it follows from its id. */
    static Ritual ritual(String id) {
        return Ritual.of(id, Instant.EPOCH, key(id), new KeyShare(1, 0, secret(id)), Ritual.State.ACTIVE);
    }

    static OrgKey key(String id) {
        Point point = Point.BASE.timesPublic(secret(id));
        return new OrgKey(point, 1, List.of(point), 0);
    }

    static Scalar secret(String id) {
        return Scalar.reduce(
                Sha512.of("test").field(id.getBytes(StandardCharsets.UTF_8)).digest());
    }
}

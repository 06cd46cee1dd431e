package beacon.keys.fragments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.custody.KeyShare;
import beacon.keys.custody.OrgKey;
import beacon.keys.envelope.HybridIdentity;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FragmentStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private final Entropy entropy = new TestEntropy(31);
    private final StoreSeal seal = StoreSeal.x25519(X25519Identity.generate(entropy));
    private final Map<ByteString, OrgKey> log = new ConcurrentHashMap<>();
    private final CurrentKeys currentKeys = keyId -> Optional.ofNullable(log.get(keyId));

    @TempDir
    Path directory;

    @Test
    void keepsManyRitualsOverARestart() {
        Map<String, Scalar> secrets = new TreeMap<>();
        try (FragmentStore store = FragmentStore.initialize(directory.resolve("s"), seal, currentKeys, entropy)) {
            for (int i = 0; i < 300; i++) {
                Scalar secret = Scalar.random(entropy);
                secrets.put("ritual-" + i, secret);
                store.store(ritual("ritual-" + i, secret, 0, Ritual.State.ACTIVE));
            }
        }

        try (FragmentStore store = FragmentStore.open(directory.resolve("s"), seal, currentKeys, entropy)) {
            assertThat(store.list()).hasSize(300);
            secrets.forEach((id, secret) -> assertThat(
                            store.retrieve(id).ritual().orElseThrow().copyFragment())
                    .isEqualTo(secret.encode()));
            assertThat(store.retrieve("other").outcome()).isEqualTo(Retrieval.Outcome.UNKNOWN_RITUAL);
        }
    }

    @Test
    void opensWithItsSealOnlyOfEveryKind() {
        HybridIdentity hybrid = HybridIdentity.generate(entropy);
        for (StoreSeal good : List.of(
                StoreSeal.passphrase("correct".toCharArray(), 4),
                StoreSeal.hybrid(hybrid),
                StoreSeal.x25519(X25519Identity.generate(entropy)))) {
            Path place = directory.resolve(
                    "s" + entropy.bytes(1)[0] + "-" + good.recipients().get(0).strength());
            FragmentStore.initialize(place, good, currentKeys, entropy).close();

            for (StoreSeal wrong : List.of(StoreSeal.passphrase("wrong".toCharArray(), 4), seal)) {
                assertThatThrownBy(() -> FragmentStore.open(place, wrong, currentKeys, entropy))
                        .isInstanceOf(FragmentStoreException.WrongSeal.class);
            }
            FragmentStore.open(place, good, currentKeys, entropy).close();
        }
    }

    @Test
    void nothingInTheDirectoryShowsAFragment() throws IOException {
        Scalar secret = Scalar.random(entropy);
        FragmentStore store = FragmentStore.initialize(directory, seal, currentKeys, entropy);

        store.store(ritual("r", secret, 0, Ritual.State.ACTIVE));

        for (byte[] content : contents().values()) {
            assertThat(indexOf(content, secret.encode())).isNegative();
        }
        store.close();
    }

    @Test
    void aDeletedFragmentIsInNoFileThatTheSealStillOpens() throws IOException {
        FragmentStore store = FragmentStore.initialize(directory, seal, currentKeys, entropy);
        Scalar secret = Scalar.random(entropy);
        store.store(ritual("gone", secret, 0, Ritual.State.ACTIVE));
        store.store(ritual("kept", Scalar.random(entropy), 0, Ritual.State.ACTIVE));
        Map<String, byte[]> before = contents();

        assertThat(store.delete("gone")).isTrue();
        assertThat(store.delete("gone")).isFalse();
        store.close();

        // Even an undeleted copy of the old bucket is of no use beside the new key file.
        for (Map.Entry<String, byte[]> old : before.entrySet()) {
            if (old.getKey().startsWith("bucket-")) {
                Files.write(directory.resolve(old.getKey()), old.getValue());
            }
        }
        try (FragmentStore reopened = FragmentStore.open(directory, seal, currentKeys, entropy)) {
            assertThat(reopened.retrieve("gone").outcome()).isEqualTo(Retrieval.Outcome.UNKNOWN_RITUAL);
            assertThat(reopened.list()).extracting(Ritual.Label::id).containsExactly("kept");
        }
        String version = before.keySet().stream()
                .filter(name ->
                        name.startsWith("bucket-") && !contentsUnchecked().containsKey(name))
                .findFirst()
                .orElseThrow();
        assertThat(version).endsWith("-0.frg");
    }

    @Test
    void oldBucketBytesUnderANewNameAreRefused() throws IOException {
        FragmentStore store = FragmentStore.initialize(directory, seal, currentKeys, entropy);
        store.store(ritual("gone", Scalar.random(entropy), 0, Ritual.State.ACTIVE));
        Map<String, byte[]> before = contents();
        store.delete("gone");
        store.close();
        String old = before.keySet().stream()
                .filter(n -> n.startsWith("bucket-"))
                .findFirst()
                .orElseThrow();

        Files.write(directory.resolve(old.replace("-0.frg", "-1.frg")), before.get(old));

        try (FragmentStore reopened = FragmentStore.open(directory, seal, currentKeys, entropy)) {
            assertThatThrownBy(() -> reopened.retrieve("gone")).isInstanceOf(FragmentStoreException.Damaged.class);
        }
    }

    @Test
    void everyFlippedByteIsSeen() throws IOException {
        FragmentStore store = FragmentStore.initialize(directory, seal, currentKeys, entropy);
        store.store(ritual("r", Scalar.random(entropy), 0, Ritual.State.ACTIVE));
        store.close();
        Map<String, byte[]> good = contents();
        for (Map.Entry<String, byte[]> file : good.entrySet()) {
            int step = Math.max(1, file.getValue().length / 40);
            for (int at = 0; at < file.getValue().length && !file.getKey().equals("lock"); at += step) {
                byte[] changed = file.getValue().clone();
                changed[at] ^= 0x20;
                Files.write(directory.resolve(file.getKey()), changed);

                assertThatThrownBy(() -> {
                            try (FragmentStore opened = FragmentStore.open(directory, seal, currentKeys, entropy)) {
                                opened.retrieve("r");
                            }
                        })
                        .as("%s at %d", file.getKey(), at)
                        .isInstanceOf(FragmentStoreException.class);
                Files.write(directory.resolve(file.getKey()), file.getValue());
            }
        }
    }

    @Test
    void aStoreIsLockedAndNotOverwritten() {
        try (FragmentStore store = FragmentStore.initialize(directory, seal, currentKeys, entropy)) {
            assertThatThrownBy(() -> FragmentStore.open(directory, seal, currentKeys, entropy))
                    .isInstanceOf(FragmentStoreException.Locked.class);
            assertThat(store.list()).isEmpty();
        }
        assertThatThrownBy(() -> FragmentStore.initialize(directory, seal, currentKeys, entropy))
                .isInstanceOf(FragmentStoreException.Occupied.class);
        assertThatThrownBy(() -> FragmentStore.open(directory.resolve("none"), seal, currentKeys, entropy))
                .isInstanceOf(FragmentStoreException.Absent.class);
    }

    @Test
    void aLaterFormatIsRefused() throws IOException {
        FragmentStore.initialize(directory, seal, currentKeys, entropy).close();
        Files.writeString(directory.resolve("format"), "fragment-store/2\n");

        assertThatThrownBy(() -> FragmentStore.open(directory, seal, currentKeys, entropy))
                .isInstanceOf(FragmentStoreException.UnknownFormat.class)
                .hasMessageContaining("fragment-store/2");
    }

    @Test
    void aRitualKeepsItsFragmentWhateverItsState() {
        try (FragmentStore store = FragmentStore.initialize(directory, seal, currentKeys, entropy)) {
            Ritual pending = ritual("r", Scalar.random(entropy), 0, Ritual.State.PENDING);
            store.store(pending);
            assertThat(store.retrieve("r").outcome()).isEqualTo(Retrieval.Outcome.NOT_ACTIVE);

            store.store(pending);
            store.store(pending.in(Ritual.State.ACTIVE));

            assertThat(store.retrieve("r").outcome()).isEqualTo(Retrieval.Outcome.FOUND);
            assertThatThrownBy(() -> store.store(ritual("r", Scalar.random(entropy), 0, Ritual.State.ACTIVE)))
                    .isInstanceOf(FragmentStoreException.Conflict.class);
        }
    }

    @Test
    void aRestoredOldEpochIsSeenAndServesNothing() throws IOException {
        ByteArrayOutputStream backup = new ByteArrayOutputStream();
        Scalar old = Scalar.random(entropy);
        Ritual first = ritual("first", old, 0, Ritual.State.ACTIVE);
        try (FragmentStore store = FragmentStore.initialize(directory.resolve("a"), seal, currentKeys, entropy)) {
            store.store(first);
            store.backup(backup, seal, InstantSource.fixed(NOW));
        }
        ByteString keyId = first.label().keyId();
        OrgKey before = log.get(keyId);
        log.put(keyId, new OrgKey(before.publicKey(), 1, List.of(Point.baseTimes(Scalar.random(entropy), entropy)), 1));

        try (FragmentStore restored = FragmentStore.restore(
                new ByteArrayInputStream(backup.toByteArray()),
                seal,
                directory.resolve("b"),
                seal,
                currentKeys,
                entropy)) {
            assertThat(restored.list()).containsExactly(first.label());
            assertThat(restored.retrieve("first").outcome()).isEqualTo(Retrieval.Outcome.STALE);
            log.put(keyId, before);
            assertThat(restored.retrieve("first").ritual().orElseThrow().copyFragment())
                    .isEqualTo(old.encode());
            log.clear();
            assertThat(restored.retrieve("first").outcome()).isEqualTo(Retrieval.Outcome.UNKNOWN_KEY);
        }
    }

    @Test
    void aCutOrForeignBackupRestoresNothing() {
        ByteArrayOutputStream backup = new ByteArrayOutputStream();
        try (FragmentStore store = FragmentStore.initialize(directory.resolve("a"), seal, currentKeys, entropy)) {
            for (int i = 0; i < 400; i++) {
                store.store(ritual("r" + i, Scalar.of(i + 1), 0, Ritual.State.ACTIVE));
            }
            store.backup(backup, seal, InstantSource.fixed(NOW));
        }
        byte[] whole = backup.toByteArray();
        StoreSeal stranger = StoreSeal.x25519(X25519Identity.generate(entropy));
        Path target = directory.resolve("b");

        for (int size : new int[] {10, 300, whole.length / 2, whole.length - 60, whole.length - 5}) {
            byte[] cut = Arrays.copyOf(whole, size);
            assertThatThrownBy(() -> FragmentStore.restore(
                            new ByteArrayInputStream(cut), seal, target, seal, currentKeys, entropy))
                    .isInstanceOf(FragmentStoreException.Damaged.class);
        }
        assertThatThrownBy(() -> FragmentStore.restore(
                        new ByteArrayInputStream(whole), stranger, target, seal, currentKeys, entropy))
                .isInstanceOf(FragmentStoreException.WrongSeal.class);
        assertThat(target).doesNotExist();
    }

    @Test
    void noTextShowsAFragment() {
        Scalar secret = Scalar.random(entropy);
        Ritual ritual = ritual("r", secret, 0, Ritual.State.ACTIVE);
        String hex = HexFormat.of().formatHex(secret.encode());

        assertThat(ritual.toString()).doesNotContain(hex.substring(0, 8)).contains("hidden");
        assertThat(seal.toString()).isEqualTo("StoreSeal[hidden]");
    }

    private Ritual ritual(String id, Scalar secret, int epoch, Ritual.State state) {
        Point point = Point.baseTimes(secret, entropy);
        OrgKey key = new OrgKey(point, 1, List.of(point), epoch);
        log.put(key.id(), key);
        return Ritual.of(id, NOW, key, new KeyShare(1, epoch, secret), state);
    }

    private Map<String, byte[]> contentsUnchecked() {
        try {
            return contents();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private Map<String, byte[]> contents() throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private static int indexOf(byte[] content, byte[] part) {
        return new String(content, StandardCharsets.ISO_8859_1).indexOf(new String(part, StandardCharsets.ISO_8859_1));
    }
}

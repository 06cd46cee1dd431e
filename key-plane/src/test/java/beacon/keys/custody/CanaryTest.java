package beacon.keys.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import beacon.keys.Canary;
import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.envelope.AgeFile;
import beacon.keys.envelope.ArmorWriter;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.HybridIdentity;
import beacon.keys.envelope.PayloadWriter;
import beacon.keys.envelope.ScryptIdentity;
import beacon.keys.envelope.ScryptRecipient;
import beacon.keys.envelope.Stanza;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.envelope.X25519Stanza;
import beacon.keys.fragments.CurrentKeys;
import beacon.keys.fragments.FragmentStore;
import beacon.keys.fragments.Retrieval;
import beacon.keys.fragments.Ritual;
import beacon.keys.fragments.StoreSeal;
import beacon.keys.primitives.ChaChaPoly;
import beacon.keys.primitives.Hpke;
import beacon.keys.shares.Polynomial;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shares, data keys, identities and passphrases show in no text: neither printed, thrown, dumped nor logged. */
class CanaryTest {
    private static final String PASSPHRASE = "Canary of the passphrase 4711";

    private final Entropy entropy = new TestEntropy(55);
    private final Custodians custodians = Custodians.born(2, 3, entropy);
    private final FileKey fileKey = FileKey.generate(entropy);
    private final X25519Identity identity = X25519Identity.generate(entropy);
    private final HybridIdentity hybrid = HybridIdentity.generate(entropy);
    private final byte[] slotSeed = entropy.bytes(Hpke.SEED_BYTES);
    private final KeyShare share = custodians.shares.firstEntry().getValue();
    private final WrapTerms terms = new WrapTerms(
            "did:key:org", custodians.key.id(), "alice", "policy", ByteString.copyFrom(entropy.bytes(16)));
    private final BoundWrap wrap = BoundWrap.make(fileKey, custodians.key, terms, entropy);
    private final PartialRequest request =
            new PartialRequest(X25519Stanza.parse(wrap.stanza()).share(), ByteString.copyFromUtf8("r"));
    private final CurrentKeys log = keyId -> Optional.of(custodians.key);
    private final List<Canary> canaries = new ArrayList<>(List.of(
            Canary.of("passphrase", PASSPHRASE),
            Canary.of("X25519 identity", identity.exportText()),
            Canary.of("hybrid identity", hybrid.exportText()),
            Canary.of("file key", fileKey.copyBytes()),
            Canary.of("slot seed", slotSeed),
            Canary.of("partial", custodians.partial(1, request).image().encode()),
            Canary.of("shared secret", custodians.secret(request, 1, 2))));

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final List<String> logged = new ArrayList<>();
    private final Handler logHandler = new Handler() {
        @Override
        public synchronized void publish(LogRecord entry) {
            logged.add(entry.getMessage() + Arrays.toString(entry.getParameters()) + text(entry.getThrown()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    @TempDir
    Path directory;

    CanaryTest() {
        custodians.shares.forEach((index, s) -> canaries.add(Canary.of("share " + index, s.copyBytes())));
        custodians.parties.forEach(
                p -> canaries.add(Canary.of("party " + p.index(), p.secret().encode())));
    }

    @BeforeEach
    void listen() {
        PrintStream both = new PrintStream(printed, true, StandardCharsets.ISO_8859_1);
        System.setOut(both);
        System.setErr(both);
        Logger.getLogger("").setLevel(Level.ALL);
        Logger.getLogger("").addHandler(logHandler);
    }

    @AfterEach
    void nothingWasPrintedOrLogged() {
        System.setOut(out);
        System.setErr(err);
        Logger.getLogger("").removeHandler(logHandler);
        Logger.getLogger("").setLevel(Level.INFO);
        expectNoCanary(printed.toString(StandardCharsets.ISO_8859_1));
        expectNoCanary(String.join("\n", logged));
    }

    @Test
    void everyFormOfACanaryIsFound() {
        byte[] secret = entropy.bytes(32);
        Canary canary = Canary.of("planted", secret);

        for (String text : List.of(
                HexFormat.of().formatHex(secret),
                HexFormat.of().withUpperCase().formatHex(secret),
                Arrays.toString(secret),
                new String(secret, StandardCharsets.ISO_8859_1),
                ByteString.copyFrom(secret).toString(),
                Base64.getEncoder().encodeToString(secret),
                Base64.getEncoder()
                        .encodeToString(ByteString.copyFromUtf8("1")
                                .concat(ByteString.copyFrom(secret))
                                .toByteArray()),
                new BigInteger(1, secret).toString())) {
            assertThat(canary.isIn("before " + text + " after")).as(text).isTrue();
        }
        assertThat(canary.isIn(HexFormat.of().formatHex(entropy.bytes(64)))).isFalse();
    }

    @Test
    void nothingThatHoldsASecretPrintsIt() throws IOException {
        StoreSeal seal = StoreSeal.passphrase(PASSPHRASE.toCharArray(), 4);
        Scalar secret = Scalar.decode(share.copyBytes()).orElseThrow();
        List<ByteString> slotKeys = Stream.generate(() -> ByteString.copyFrom(Hpke.publicKey(slotSeed)))
                .limit(3)
                .toList();
        HybridWrap hybridWrap = HybridWrap.make(fileKey, custodians.key, slotKeys, terms, entropy);
        SlotShare slot = hybridWrap.openSlot(1, slotSeed, terms).orElseThrow();
        canaries.add(Canary.of("slot share", slot.copyBytes()));
        Combiner combiner = new Combiner(custodians.key, request);
        combiner.offer(custodians.partial(1, request));
        Session session = new Session(ByteString.copyFromUtf8("s"), 2, custodians.publicKeys(), ByteString.EMPTY);
        try (FragmentStore store = FragmentStore.initialize(directory.resolve("s"), seal, log, entropy)) {
            store.store(ritual("r"));
            Retrieval retrieval = store.retrieve("r");

            for (Object holder : List.of(
                    fileKey,
                    identity,
                    hybrid,
                    seal,
                    seal.recipients(),
                    seal.identities(),
                    ScryptRecipient.of(PASSPHRASE.toCharArray(), 4),
                    ScryptIdentity.of(PASSPHRASE.toCharArray()),
                    secret,
                    Polynomial.sharing(secret, 2, entropy),
                    share,
                    new CeremonyStep.Keep(share, custodians.key),
                    custodians.parties,
                    custodians.partial(1, request),
                    Partial.compute(share, custodians.key, request, entropy),
                    combiner,
                    slot,
                    hybridWrap,
                    wrap,
                    Ceremony.join(session, custodians.parties.get(0), entropy),
                    ritual("r"),
                    retrieval,
                    store.list(),
                    store,
                    ChaChaPoly.sealer(slotSeed),
                    new PayloadWriter(fileKey, entropy, new ByteArrayOutputStream()),
                    Optional.of(Map.of("in a map", share)))) {
                expectNoCanary(holder.toString());
            }
        }
    }

    @Test
    void noExceptionTellsASecret() throws IOException {
        StoreSeal seal = StoreSeal.passphrase(PASSPHRASE.toCharArray(), 4);
        StoreSeal other = StoreSeal.x25519(identity);
        Path place = directory.resolve("s");
        ByteArrayOutputStream backup = new ByteArrayOutputStream();
        try (FragmentStore store = FragmentStore.initialize(place, seal, log, entropy)) {
            store.store(ritual("r"));
            store.backup(backup, seal, InstantSource.fixed(Instant.EPOCH));
            expectRefusal(() -> store.store(Ritual.of(
                    "r",
                    Instant.EPOCH,
                    custodians.key,
                    custodians.shares.lastEntry().getValue(),
                    Ritual.State.ACTIVE)));
            expectRefusal(() -> FragmentStore.open(place, seal, log, entropy));
            expectRefusal(() -> FragmentStore.initialize(place, seal, log, entropy));
        }
        expectRefusal(() -> FragmentStore.open(place, other, log, entropy));
        expectRefusal(() -> restore(backup.toByteArray(), other));
        expectRefusal(() -> restore(Arrays.copyOf(backup.toByteArray(), backup.size() - 70), seal));
        for (String damaged : damagedDocuments()) {
            expectRefusal(() -> restore(armored(seal, damaged), seal));
        }
        String text = identity.exportText();
        expectRefusal(() -> X25519Identity.parse(text + "Q"));
        expectRefusal(() -> X25519Identity.parse(text.replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEX-1")));
        expectRefusal(() -> X25519Identity.parse(hybrid.exportText()));
        expectRefusal(() -> HybridIdentity.parse(text));
        expectRefusal(() -> HybridIdentity.parse(hybrid.exportText().toLowerCase(Locale.ROOT) + "1Q"));
        expectRefusal(() -> FileKey.of(share.copyBytes()));
        Header header = Header.wrap(fileKey, List.of(hybrid.recipient()), entropy);
        expectRefusal(() -> header.unwrap(List.of(identity)));
        expectRefusal(
                () -> Header.seal(FileKey.generate(entropy), header.stanzas()).verify(fileKey));
        expectRefusal(() -> X25519Stanza.parse(Stanza.binary("X25519", ByteString.copyFrom(fileKey.copyBytes()))));
        ResharePlan plan = new ResharePlan(
                ByteString.copyFromUtf8("p"),
                custodians.key,
                new TreeSet<>(List.of(1, 2)),
                custodians.publicKeys(),
                2,
                custodians.publicKeys());
        expectRefusal(() -> plan.deal(custodians.parties.get(1), share, entropy));
        Session strangers =
                new Session(ByteString.copyFromUtf8("s"), 1, new Custodians(1, entropy).publicKeys(), ByteString.EMPTY);
        expectRefusal(() -> Ceremony.join(strangers, custodians.parties.get(0), entropy));
    }

    @Test
    void noThreadDumpShowsASecret() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(4);
        List<Callable<?>> work = List.of(
                () -> custodians.secret(request, 1, 2),
                () -> Custodians.born(2, 3, new TestEntropy(55)),
                () -> BoundWrap.make(fileKey, custodians.key, terms, entropy),
                () -> ScryptIdentity.of(PASSPHRASE.toCharArray())
                        .unwrap(ScryptRecipient.of(PASSPHRASE.toCharArray(), 10).wrap(fileKey, entropy)));
        List<Thread> threads = new ArrayList<>();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (Callable<?> task : work) {
            Thread thread = new Thread(() -> {
                running.countDown();
                while (!stop.get()) {
                    Throwable failure = catchThrowable(task::call);
                    if (failure != null) {
                        failures.add(failure);
                        return;
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        running.await();
        int inside = 0;
        for (int dump = 0; dump < 50; dump++) {
            String text = Stream.of(ManagementFactory.getThreadMXBean().dumpAllThreads(true, true))
                    .map(info -> info + Arrays.toString(info.getStackTrace()))
                    .reduce("", String::concat);
            expectNoCanary(text);
            inside += text.contains("beacon.keys.custody") ? 1 : 0;
        }
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(inside).isPositive();
    }

    private List<String> damagedDocuments() {
        String fragment = HexFormat.of().formatHex(share.copyBytes());
        String good = """
                {"format":"fragment-backup/1","rituals":[{"id":"r","timestamp":"1970-01-01T00:00:00Z","keyId":"%s",\
                "shareEpoch":"0","index":"1","state":"ACTIVE","fragment":"%s"}]}""".formatted(HexFormat.of().formatHex(custodians.key.id().toByteArray()), fragment);
        return List.of(
                good.replace(fragment, fragment + "f"),
                good.replace(fragment, fragment + "zz"),
                good.replace(fragment, fragment + "00"),
                good.replace("\"" + fragment + "\"", fragment),
                good.replace("\"index\":\"1\"", "\"index\":\"" + fragment + "\""),
                good.replace("\"ACTIVE\"", "\"" + fragment + "\""),
                good.replace("1970-01-01T00:00:00Z", fragment),
                good.replace("\"id\":\"r\"", "\"id\":\"" + fragment + "!\""),
                good.replace("\"id\":\"r\",", ""),
                good.substring(0, good.length() - 6));
    }

    private void restore(byte[] backup, StoreSeal with) {
        FragmentStore.restore(new ByteArrayInputStream(backup), with, directory.resolve("never"), with, log, entropy)
                .close();
    }

    private byte[] armored(StoreSeal seal, String document) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PayloadWriter writer = AgeFile.seal(seal.recipients(), entropy, new ArmorWriter(out))) {
            writer.write(document.getBytes(StandardCharsets.UTF_8));
            writer.finish();
        }
        return out.toByteArray();
    }

    private Ritual ritual(String id) {
        return Ritual.of(id, Instant.EPOCH, custodians.key, share, Ritual.State.ACTIVE);
    }

    private void expectRefusal(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(RuntimeException.class);
        expectNoCanary(text(thrown));
    }

    private static String text(Throwable thrown) {
        StringWriter text = new StringWriter();
        if (thrown != null) {
            thrown.printStackTrace(new PrintWriter(text));
        }
        return text.toString();
    }

    private void expectNoCanary(String text) {
        assertThat(canaries).filteredOn(canary -> canary.isIn(text)).isEmpty();
    }
}

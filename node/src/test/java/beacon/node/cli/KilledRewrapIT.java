package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.keys.Canary;
import beacon.keys.client.Channels;
import beacon.keys.client.Reader;
import beacon.keys.client.WrapsOpener;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.opening.Rewrap;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.vault.SystemEntropy;
import beacon.model.Cid;
import beacon.model.Reason;
import beacon.node.custody.KeyLog;
import beacon.node.custody.RewrapJob;
import beacon.node.process.LocalProcess;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.KeyState;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is rotated, and its rewrap killed at every step, beside custodians and leaders that are killed, too. */
class KilledRewrapIT {
    private static final int ARTIFACTS = 480;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int RACED = 7;
    private static final int CANARY_KEYS = 8;
    private static final String PLAIN = "what must stay readable by the holders of claims alone";
    private static final long SEED = 20_261_121;

    @TempDir
    Path directory;

    private final SystemEntropy entropy = new SystemEntropy();
    private final Random random = new Random(SEED);
    private final Map<String, byte[]> fileKeys = new TreeMap<>();
    private LogCustodians world;
    private KeyLog log;
    private Channels channels;
    private int runs;

    @Test
    void killNineAtEveryStepOfARewrapLosesNothingAndNoSecretShows() throws Exception {
        try (LogCustodians started = new LogCustodians(directory, 5);
                BeaconClient operator = started.members.operator(Duration.ofSeconds(30));
                Channels asking = new Channels(
                        beacon.index.tls.TlsFiles.in(started.tls("operator")).clientContext(),
                        Duration.ofSeconds(20))) {
            world = started;
            log = new KeyLog(operator);
            channels = asking;
            must("key", "ceremony", "--custodian", world.endpoints(1, 2, 3), "--key", "old.key");
            must("key", "activate", "--key", "old.key");
            Files.copy(directory.resolve("old.key"), directory.resolve("first.key"));
            Files.writeString(directory.resolve("plain"), PLAIN);
            must("seal", "plain", "--key", "old.key", "--log", "--out", "sealed");
            seal(record("old.key"));
            byte[] payload = Files.readAllBytes(directory.resolve("sealed"));
            Header anOldHeader = firstHeader();

            must("key", "rotate", "--key", "old.key", "--to", "new.key");
            assertRefusesHeadersOfTheOldKey(anOldHeader);
            killAtEachStep();
            handOverMeanwhile();
            killOthersMeanwhile();
            twoAtOnceFinish();

            assertNothingIsLeft("old.key", "new.key", 2);
            assertRetired(anOldHeader);
            assertEveryArtifactOpens(record("new.key"));
            refreshKeepsTheRecipient();
            leaveACompromisedKey();
            assertNothingIsLeft("new.key", "third.key", 3);
            must("open", "sealed", "--key", "third.key", "--log", "--out", "opened");
            assertThat(directory.resolve("opened")).hasContent(PLAIN);
            assertThat(directory.resolve("sealed")).hasBinaryContent(payload);
            aCustodianGoesOnWhereItWasInTheLog();
            assertNoSecretShows();
        }
    }

    private void refreshKeepsTheRecipient() throws IOException {
        String recipient = record("new.key").key().recipient().toString();
        must("key", "refresh", "--key", "new.key");
        assertThat(record("new.key").key().recipient()).hasToString(recipient);
        assertEveryArtifactOpens(record("new.key"));
    }

    private void seal(KeyRecord record) {
        List<CompletableFuture<Accepted>> appends = new ArrayList<>();
        for (int number = 1; number <= ARTIFACTS; number++) {
            Cid cid = Cid.sha256(
                    0x55,
                    ByteString.copyFrom(ByteBuffer.allocate(32).putInt(number).array()));
            try (FileKey fileKey = FileKey.generate(entropy)) {
                fileKeys.put(cid.toString(), fileKey.copyBytes());
                OrgRecipient recipient = new OrgRecipient(record, "writer", "policy-" + number % 3, false);
                Header header = Header.wrap(fileKey, List.of(recipient), entropy);
                appends.add(log.setHeader(cid, record.keyId(), header, 0));
            }
        }
        appends.forEach(BeaconClient::await);
    }

    private Header firstHeader() {
        return log.header(Cid.parse(fileKeys.keySet().iterator().next()))
                .orElseThrow()
                .header();
    }

    private void assertRefusesHeadersOfTheOldKey(Header header) throws IOException {
        ByteString old = record("old.key").keyId();
        Cid another = Cid.sha256(0x55, ByteString.copyFrom(new byte[32]));

        assertRefused(Reason.KEY_STATE_FORBIDS, () -> BeaconClient.await(log.setHeader(another, old, header, 0)));
        assertRefused(Reason.KEY_STATE_FORBIDS, () -> log.change(old, KeyState.KEY_STATE_RETIRED, "too early"));
    }

    private static void assertRefused(Reason reason, Runnable append) {
        assertThatThrownBy(append::run)
                .isInstanceOfSatisfying(
                        ClientException.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo(reason));
    }

    private LocalProcess rewrap() {
        return rewrap("old.key");
    }

    private LocalProcess rewrap(String record) {
        runs++;
        return world.background(
                "rewrap-" + runs,
                "key",
                "rewrap",
                "--key",
                directory.resolve(record).toString(),
                "--to",
                directory.resolve("new.key").toString(),
                "--rate",
                "40",
                "--patience",
                "170",
                "-o",
                "json");
    }

    /** 2 of 3, then 3 of 5, then other 2 of 3, while a job works, which finds out by itself. */
    private void handOverMeanwhile() throws IOException {
        String recipient = record("old.key").key().recipient().toString();
        LocalProcess job = rewrap();
        awaitStep(job, "READ");
        String[] to3of5 = {"--custodian", world.endpoints(1, 2, 3, 4, 5), "--threshold", "3"};
        String[] to2of3 = {"--custodian", world.endpoints(4, 5, 1), "--threshold", "2"};
        must("key", "reshare", to3of5[0], to3of5[1], to3of5[2], to3of5[3], "--key", "old.key");
        must("key", "reshare", to2of3[0], to2of3[1], to2of3[2], to2of3[3], "--key", "old.key");
        assertThat(job.isAlive() || job.exitCode() == 0).as(job.logTail()).isTrue();
        job.kill();
        assertThat(record("old.key").key().recipient()).hasToString(recipient);
        assertThat(record("old.key").key().epoch()).isEqualTo(2);
    }

    private void killAtEachStep() {
        for (String step : List.of("LISTED", "READ", "OPENED", "REPLACED")) {
            LocalProcess job = rewrap();
            awaitStep(job, step);
            job.kill();
        }
    }

    private void awaitStep(LocalProcess job, String step) {
        Path output = world.log("rewrap-" + runs);
        MemberCluster.await(step + " of a rewrap", PATIENCE, () -> {
            assertThat(job.isAlive() || said(output, step)).as(job.logTail()).isTrue();
            return said(output, step);
        });
    }

    private boolean dumped(String name) {
        try {
            return Files.readString(world.log(name)).contains("Full thread dump");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean said(Path output, String step) {
        try {
            return Files.exists(output) && Files.readString(output).contains("\"step\":\"" + step + "\"");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** While a job works: a custodian and then the leader of the index are killed, and then the job somewhere. */
    private void killOthersMeanwhile() {
        LocalProcess job = rewrap();
        awaitStep(job, "READ");
        world.kill(4);
        String leader = world.members.awaitLeader(world.members.ids());
        world.members.kill(leader);
        job.await(Duration.ofMillis(random.nextInt(3_000)));
        job.kill();
        world.members.start(leader);
        world.members.awaitReady(leader);
        world.start(4);
        world.awaitServing(4);
    }

    private void twoAtOnceFinish() {
        LocalProcess emptied = rewrap();
        awaitStep(emptied, "EMPTIED");
        emptied.kill();
        // One knows the key from before it was handed over, twice.
        LocalProcess one = rewrap("first.key");
        LocalProcess other = rewrap();
        for (LocalProcess job : List.of(one, other)) {
            assertThat(job.await(PATIENCE)).as(job.logTail()).isTrue();
            assertThat(job.exitCode()).as(job.logTail()).isZero();
        }
    }

    private void assertNothingIsLeft(String of, String present, int revision) throws IOException {
        KeyRecord fresh = record(present);
        assertThat(headers()).hasSize(ARTIFACTS + 1).allSatisfy(placed -> {
            assertThat(placed.keyId()).isEqualTo(fresh.keyId());
            assertThat(placed.revision()).isEqualTo(revision);
        });
        assertThat(log.lastChange(record(of).keyId())).contains(KeyState.KEY_STATE_RETIRED);
        KeyLog.Placed any = headers().get(0);
        Header header = log.header(any.manifest()).orElseThrow().header();
        assertRefused(
                Reason.STALE_REVISION,
                () -> BeaconClient.await(log.setHeader(any.manifest(), fresh.keyId(), header, 1)));
    }

    private void assertRetired(Header anOldHeader) throws IOException {
        KeyRecord old = record("old.key");
        WrapsOpener.Opened opened = opener(old)
                .open(List.of(Rewrap.of(anOldHeader, old.keyId()).orElseThrow().item()));
        assertThat(opened.fileKeys()).containsExactly(Optional.empty());
        // Who had not heard of it finds it before his decision on the log.
        assertThat(opened.problems())
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem).containsAnyOf("RETIRED", "ask again"));
    }

    /** Nobody seals to it from then on; it opens until all is rewrapped, also where somebody is faster than the job. */
    private void leaveACompromisedKey() throws IOException {
        must("key", "state", "compromised", "--key", "new.key", "--reason", "a share was seen");
        assertThat(world.run("seal", "plain", "--key", "new.key", "--log", "--out", "never")
                        .err())
                .contains("COMPROMISED");
        assertEveryArtifactOpens(record("new.key"));
        must("key", "rotate", "--key", "new.key", "--to", "third.key");
        KeyRecord third = record("third.key");
        AtomicBoolean raced = new AtomicBoolean();
        RewrapJob job = new RewrapJob(
                log,
                this::opener,
                new RewrapJob.Settings(record("new.key"), third, 100_000, PATIENCE, true),
                progress -> {
                    if (progress.step() == RewrapJob.Step.OPENED && !raced.getAndSet(true)) {
                        fileKeys.keySet().stream().limit(RACED).forEach(cid -> overtake(Cid.parse(cid), third));
                    }
                },
                entropy);

        RewrapJob.Result result = job.run();

        assertThat(result.unreadable()).isEmpty();
        assertThat(result.done() + result.outrun()).isEqualTo(ARTIFACTS + 1);
        assertThat(result.outrun()).isEqualTo(RACED);
        world.awaitServing(1);
    }

    private void overtake(Cid cid, KeyRecord record) {
        try (FileKey fileKey = FileKey.of(fileKeys.get(cid.toString()))) {
            OrgRecipient recipient = new OrgRecipient(record, "somebody", "faster", false);
            Header header = Header.wrap(fileKey, List.of(recipient), entropy);
            BeaconClient.await(log.setHeader(cid, record.keyId(), header, 2));
        }
    }

    /** Killed and started, it hears what came since; with a place in another log it answers nothing. */
    private void aCustodianGoesOnWhereItWasInTheLog() throws IOException {
        must("key", "state", "destroyed", "--yes", "--key", "new.key", "--reason", "nothing is left of it");
        KeyRecord third = record("third.key");
        world.kill(1);
        world.kill(2);
        Path place = world.home(1).resolve("log").resolve("heard.json");
        assertThat(place).content().contains("\"heard\":").contains("ACTIVE").contains("RETIRED");
        world.start(1);
        world.awaitServing(1);
        assertEveryArtifactOpens(third);

        world.kill(1);
        String text = Files.readString(place);
        String another = text.replaceFirst("(\"anchorHash\":\")[0-9a-f]{4}", "$1" + "5a5a");
        assertThat(another).isNotEqualTo(text);
        Files.writeString(place, another);
        world.start(1);
        world.awaitServing(1);
        Header header = log.header(Cid.parse(fileKeys.keySet().iterator().next()))
                .orElseThrow()
                .header();
        WrapsOpener.Opened opened = opener(third)
                .open(List.of(Rewrap.of(header, third.keyId()).orElseThrow().item()));
        assertThat(opened.fileKeys()).containsExactly(Optional.empty());
        assertThat(opened.problems())
                .anySatisfy(
                        problem -> assertThat(problem).contains("expected the log that this custodian heard up to"));
        world.kill(1);
        Files.writeString(place, text);
        world.start(1);
        world.awaitServing(1);
        world.start(2);
        world.awaitServing(2);
        assertEveryArtifactOpens(third);
    }

    /** In no file of any process but the sealed stores' keys' own, not in metrics, and not in what threads do. */
    private void assertNoSecretShows() throws IOException {
        CompletableFuture<Void> dumps = CompletableFuture.runAsync(() -> {
            for (int dump = 0; dump < 3; dump++) {
                try {
                    world.dumpThreads();
                } catch (IOException failed) {
                    throw new java.io.UncheckedIOException(failed);
                }
            }
        });
        assertEveryArtifactOpens(record("third.key"));
        dumps.join();
        MemberCluster.await("thread dumps of all", PATIENCE, () -> dumped("c1") && dumped("c5"));
        Map<String, String> pages = new TreeMap<>();
        for (String id : world.members.ids()) {
            pages.put("metrics of " + id, world.metrics(id));
        }
        for (int number = 1; number <= 5; number++) {
            world.kill(number);
        }
        SecretScan scan =
                SecretScan.of(directory, world.size(), record("new.key").keyId());
        fileKeys.entrySet().stream()
                .limit(CANARY_KEYS)
                .forEach(entry -> scan.lookFor(Canary.of("file key of " + entry.getKey(), entry.getValue())));
        scan.lookFor(Canary.of("plaintext", PLAIN));
        pages.forEach(scan::scan);
        scan.scan(
                directory,
                List.of(directory.resolve("passphrase"), directory.resolve("plain"), directory.resolve("opened")));
        scan.assertNothingWasFound();
    }

    private List<KeyLog.Placed> headers() {
        List<KeyLog.Placed> all = new ArrayList<>();
        String token = "";
        do {
            KeyLog.Page page = log.headers(token);
            all.addAll(page.headers());
            token = page.nextToken();
        } while (!token.isEmpty());
        return all;
    }

    private void assertEveryArtifactOpens(KeyRecord record) {
        List<String> cids = List.copyOf(fileKeys.keySet());
        for (int at = 0; at < cids.size(); at += WrapItem.MAX_ITEMS) {
            List<String> page = cids.subList(at, Math.min(cids.size(), at + WrapItem.MAX_ITEMS));
            List<Header> headers = page.stream()
                    .map(cid -> log.header(Cid.parse(cid)).orElseThrow().header())
                    .toList();
            List<WrapItem> items = headers.stream()
                    .map(header ->
                            Rewrap.of(header, record.keyId()).orElseThrow().item())
                    .toList();
            WrapsOpener.Opened opened = opener(record).open(items);
            for (int i = 0; i < page.size(); i++) {
                Optional<FileKey> fileKey = opened.fileKeys().get(i);
                assertThat(fileKey).as("%s: %s", page.get(i), opened.problems()).isPresent();
                assertThat(headers.get(i).verify(fileKey.get()).copyBytes()).isEqualTo(fileKeys.get(page.get(i)));
            }
        }
    }

    private WrapsOpener opener(KeyRecord record) {
        return new WrapsOpener(record, Reader.ofCertificate("test"), channels, InstantSource.system(), entropy);
    }

    private KeyRecord record(String file) throws IOException {
        return RecordCodec.parse(Files.readString(directory.resolve(file)));
    }

    private void must(String... arguments) {
        CommandRun run = world.run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
    }
}

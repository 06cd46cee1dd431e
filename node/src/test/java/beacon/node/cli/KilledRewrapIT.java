package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is rotated, and its rewrap killed at every step, beside custodians and leaders that are killed, too. */
class KilledRewrapIT {
    private static final int ARTIFACTS = 240;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
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
    void killNineAtEveryStepOfARewrapLosesNothing() throws Exception {
        try (LogCustodians started = new LogCustodians(directory, 3);
                BeaconClient operator = started.members.operator(Duration.ofSeconds(30));
                Channels asking = new Channels(
                        beacon.index.tls.TlsFiles.in(started.tls("operator")).clientContext(),
                        Duration.ofSeconds(20))) {
            world = started;
            log = new KeyLog(operator);
            channels = asking;
            must("key", "ceremony", "--custodian", world.endpoints(), "--key", "old.key");
            must("key", "activate", "--key", "old.key");
            Files.writeString(directory.resolve("plain"), "what must stay readable");
            must("seal", "plain", "--key", "old.key", "--log", "--out", "sealed");
            seal(record("old.key"));
            byte[] payload = Files.readAllBytes(directory.resolve("sealed"));
            Header anOldHeader = firstHeader();

            must("key", "rotate", "--key", "old.key", "--to", "new.key");
            assertRefusesHeadersOfTheOldKey(anOldHeader);
            killAtEachStep();
            killOthersMeanwhile();
            twoAtOnceFinish();

            assertNothingIsLeftOfTheOldKey(anOldHeader);
            assertEveryArtifactOpens(record("new.key"));
            String recipient = record("new.key").key().recipient().toString();
            must("key", "refresh", "--key", "new.key");
            assertThat(record("new.key").key().recipient()).hasToString(recipient);
            assertEveryArtifactOpens(record("new.key"));
            must("open", "sealed", "--key", "new.key", "--log", "--out", "opened");
            assertThat(directory.resolve("opened")).hasContent("what must stay readable");
            assertThat(directory.resolve("sealed")).hasBinaryContent(payload);
        }
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
        assertRefused(Reason.KEY_STATE_FORBIDS, () -> log.retire(old, "too early"));
    }

    private static void assertRefused(Reason reason, Runnable append) {
        assertThatThrownBy(append::run)
                .isInstanceOfSatisfying(
                        ClientException.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo(reason));
    }

    private LocalProcess rewrap() {
        runs++;
        return world.background(
                "rewrap-" + runs,
                "key",
                "rewrap",
                "--key",
                directory.resolve("old.key").toString(),
                "--to",
                directory.resolve("new.key").toString(),
                "--rate",
                "40",
                "--patience",
                "170",
                "-o",
                "json");
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
        world.kill(2);
        String leader = world.members.awaitLeader(world.members.ids());
        world.members.kill(leader);
        job.await(Duration.ofMillis(random.nextInt(3_000)));
        job.kill();
        world.members.start(leader);
        world.members.awaitReady(leader);
        world.start(2);
        world.awaitServing(2);
    }

    private void twoAtOnceFinish() {
        LocalProcess emptied = rewrap();
        awaitStep(emptied, "EMPTIED");
        emptied.kill();
        LocalProcess one = rewrap();
        LocalProcess other = rewrap();
        for (LocalProcess job : List.of(one, other)) {
            assertThat(job.await(PATIENCE)).as(job.logTail()).isTrue();
            assertThat(job.exitCode()).as(job.logTail()).isZero();
        }
    }

    private void assertNothingIsLeftOfTheOldKey(Header anOldHeader) throws IOException {
        KeyRecord old = record("old.key");
        KeyRecord fresh = record("new.key");
        List<KeyLog.Placed> headers = headers();

        assertThat(headers).hasSize(ARTIFACTS + 1).allSatisfy(placed -> {
            assertThat(placed.keyId()).isEqualTo(fresh.keyId());
            assertThat(placed.revision()).isEqualTo(2);
        });
        assertThat(log.lastChange(old.keyId())).contains(KeyState.KEY_STATE_RETIRED);
        WrapsOpener.Opened opened = opener(old)
                .open(List.of(Rewrap.of(anOldHeader, old.keyId()).orElseThrow().item()));
        assertThat(opened.fileKeys()).containsExactly(Optional.empty());
        // Who had not heard of it finds it before his decision on the log.
        assertThat(opened.problems())
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem).containsAnyOf("RETIRED", "ask again"));
        KeyLog.Placed any = headers.get(0);
        Header present = log.header(any.manifest()).orElseThrow().header();
        assertRefused(
                Reason.STALE_REVISION,
                () -> BeaconClient.await(log.setHeader(any.manifest(), fresh.keyId(), present, 1)));
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

package beacon.bench;

import beacon.index.client.BeaconClient;
import beacon.keys.Entropy;
import beacon.keys.client.CustodianIdentity;
import beacon.keys.client.Reader;
import beacon.keys.client.WrapsOpener;
import beacon.keys.envelope.AgeFile;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.PayloadReader;
import beacon.keys.envelope.PayloadWriter;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.records.KeyRecord;
import beacon.model.Cid;
import beacon.node.custody.KeyLog;
import beacon.node.custody.RewrapJob;
import beacon.node.process.MemberCluster;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.v1.Accepted;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * What users of the key plane wait for: custodians in processes of their own, mutual TLS on loopback, every decision on
 * disk before its answer; for the rewrap on the log of three members, with everything on the same cores.
 */
final class ServiceMeasurement {
    private static final int SMALL_BYTES = 1024;
    private static final int ARTIFACTS = 2_400;
    private static final int QUICK_ARTIFACTS = 128;
    private static final int IN_FLIGHT = 256;
    private static final double OPEN_GOAL_MILLIS = 25;
    private static final double CEREMONY_GOAL_MILLIS = 250;
    private static final double REWRAP_GOAL = 300;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Workspace workspace;
    private final Settings settings;
    private final Progress progress;
    private final Entropy entropy;
    private final int artifacts;

    ServiceMeasurement(Workspace workspace, Settings settings, boolean quick, Progress progress, Entropy entropy) {
        this.workspace = workspace;
        this.settings = settings;
        this.progress = progress;
        this.entropy = entropy;
        this.artifacts = quick ? QUICK_ARTIFACTS : ARTIFACTS;
    }

    int artifacts() {
        return artifacts;
    }

    /** Custodians without a log: what makes a key, and what opens with it. */
    List<Result> openings() throws IOException {
        List<Result> results = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (int run = 1; run < settings.runs(); run++) {
            try (CustodianProcesses custodians = custodians("custodians-" + run)) {
                startedJustNow(custodians, first, second);
            }
        }
        try (CustodianProcesses custodians = custodians("custodians")) {
            startedJustNow(custodians, first, second);
            results.add(Result.within("ceremony_first", Unit.MILLISECONDS, first, CEREMONY_GOAL_MILLIS));
            results.add(Result.within("ceremony_second", Unit.MILLISECONDS, second, CEREMONY_GOAL_MILLIS));
            results.add(ceremonies(custodians));
            results.add(opens(custodians));
        }
        return results;
    }

    private CustodianProcesses custodians(String directory) {
        progress.say("starting custodians");
        return new CustodianProcesses(new CustodianProcesses.Surroundings(
                workspace.directory().resolve(directory),
                name -> workspace.issue(PeerIdentity.Kind.CUSTODIAN, directory + "-" + name),
                workspace.issue(PeerIdentity.Kind.OPERATOR, directory + "-operator"),
                List.of()));
    }

    /** Custodians have their ceremonies soon after they are set up: before their JVMs have compiled everything. */
    private void startedJustNow(CustodianProcesses custodians, List<Double> first, List<Double> second) {
        LockSupport.parkNanos(settings.settling().toNanos());
        first.add(ceremony(custodians));
        second.add(ceremony(custodians));
        progress.say("ceremony, just after the start: %.1f ms, the next one %.1f ms"
                .formatted(first.get(first.size() - 1), second.get(second.size() - 1)));
    }

    /** From the question who the custodians are to the record that all three have on disk. */
    private static double ceremony(CustodianProcesses custodians) {
        return 1e3 * Stopwatch.seconds(custodians::ceremony);
    }

    private Result ceremonies(CustodianProcesses custodians) {
        List<Double> runs = medians("ceremony", () -> ceremony(custodians));
        return Result.within("ceremony", Unit.MILLISECONDS, runs, CEREMONY_GOAL_MILLIS);
    }

    /** A whole file: header and payload, as {@code beacon open} reads it, without the start of its JVM. */
    private Result opens(CustodianProcesses custodians) throws IOException {
        KeyRecord record = custodians.ceremony();
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        OrgRecipient recipient = new OrgRecipient(record, "bench", "policy", false);
        try (PayloadWriter writer = AgeFile.seal(List.of(recipient), entropy, sealed)) {
            writer.write(new byte[SMALL_BYTES]);
            writer.finish();
        }
        byte[] file = sealed.toByteArray();
        CustodianIdentity identity = new CustodianIdentity(
                record, Reader.ofCertificate("bench"), custodians.channels(), InstantSource.system(), entropy);
        Trial trial = () -> 1e3
                * Stopwatch.seconds(() -> {
                    try (PayloadReader plain = AgeFile.open(List.of(identity), new ByteArrayInputStream(file))) {
                        if (plain.readAllBytes().length != SMALL_BYTES) {
                            throw new BenchException("expected " + SMALL_BYTES + " bytes, but found others");
                        }
                    }
                });
        return Result.within("open_small_p50", Unit.MILLISECONDS, medians("open_small_p50", trial), OPEN_GOAL_MILLIS);
    }

    /** One figure. */
    private interface Trial {
        double once();
    }

    /** One median for each run, after a warm-up. */
    private List<Double> medians(String name, Trial trial) {
        repeat(trial, settings.warmUp());
        List<Double> runs = new ArrayList<>();
        for (int run = 1; run <= settings.runs(); run++) {
            double median = Medians.of(repeat(trial, settings.run()));
            runs.add(median);
            progress.say("%s, run %d: %.2f ms".formatted(name, run, median));
        }
        return runs;
    }

    private static List<Double> repeat(Trial trial, Duration length) {
        List<Double> all = new ArrayList<>();
        long start = System.nanoTime();
        do {
            all.add(trial.once());
        } while (System.nanoTime() - start < length.toNanos());
        return all;
    }

    /** The job on the log of three members, with everything on the same cores. */
    Result rewraps() {
        progress.say("starting an index and custodians that follow its log");
        MemberCluster.Options options = BeaconContender.memberOptions(3);
        try (MemberCluster members = MemberCluster.start(workspace.directory().resolve("members"), options);
                CustodianProcesses custodians = new CustodianProcesses(new CustodianProcesses.Surroundings(
                        workspace.directory().resolve("followers"),
                        name -> members.issue(PeerIdentity.Kind.CUSTODIAN, name),
                        members.issue(PeerIdentity.Kind.OPERATOR, "operator"),
                        members.endpoints()));
                BeaconClient client = members.operator(TIMEOUT)) {
            KeyLog log = new KeyLog(client);
            KeyRecord key = custodians.ceremony();
            log.activate(key, ByteString.EMPTY, "bench");
            seal(log, key);
            List<Double> runs = new ArrayList<>();
            // At least two rounds warm up: seven JVMs compile on the same cores.
            long warm = System.nanoTime() + settings.warmUp().toNanos();
            for (int run = -1; run <= settings.runs(); run += run < 0 && System.nanoTime() < warm ? 0 : 1) {
                KeyRecord next = custodians.ceremony();
                log.activate(next, key.keyId(), "bench");
                double rate = artifacts / Stopwatch.seconds(rewrap(log, custodians, key, next));
                if (run > 0) {
                    runs.add(rate);
                }
                progress.say("rewrap, %s %d: %.0f artifacts/s".formatted(run > 0 ? "run" : "warm-up", run, rate));
                key = next;
            }
            return Result.within("rewrap", Unit.ARTIFACTS_PER_SECOND, runs, REWRAP_GOAL);
        }
    }

    private void seal(KeyLog log, KeyRecord key) {
        OrgRecipient recipient = new OrgRecipient(key, "bench", "policy", false);
        List<CompletableFuture<Accepted>> appends = new ArrayList<>();
        for (int number = 0; number < artifacts; number++) {
            ByteString hash =
                    ByteString.copyFrom(ByteBuffer.allocate(32).putInt(number).array());
            try (FileKey fileKey = FileKey.generate(entropy)) {
                Header header = Header.wrap(fileKey, List.of(recipient), entropy);
                appends.add(log.setHeader(Cid.sha256(0x55, hash), key.keyId(), header, 0));
            }
            if (appends.size() == IN_FLIGHT) {
                appends.forEach(BeaconClient::await);
                appends.clear();
            }
        }
        appends.forEach(BeaconClient::await);
    }

    /** The job as {@code beacon key rewrap} runs it: listing, reading, opening, setting, retiring. */
    private Stopwatch.Work rewrap(KeyLog log, CustodianProcesses custodians, KeyRecord from, KeyRecord to) {
        RewrapJob job = new RewrapJob(
                log,
                record -> new WrapsOpener(
                        record, Reader.ofCertificate("bench"), custodians.channels(), InstantSource.system(), entropy),
                new RewrapJob.Settings(from, to, Integer.MAX_VALUE, TIMEOUT, true),
                step -> {},
                entropy);
        return () -> {
            RewrapJob.Result result = job.run();
            if (result.done() != artifacts) {
                throw new BenchException("expected %d artifacts to move, but found %s"
                        .formatted(artifacts, Arrays.asList(result.done(), result.unreadable())));
            }
        };
    }
}

package beacon.node.cli;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Writers and readers, each command whole, as people run them; and what they were told. */
final class SoakWorkload {
    private static final int READERS = 3;
    private static final int CHECKERS = 3;

    /** Of so many puts one replaces an artifact that is there. */
    private static final int REPLACED = 10;

    private static final long READER_PAUSE_NANOS = 300_000_000;
    private static final int READ_TRIES = 5;

    private final LogCustodians world;
    private final SoakBounds bounds;
    private final SoakContents contents;
    private final int artifacts;
    private final int writers;
    private final long putNanos;
    private final List<Acknowledged> acknowledged = new CopyOnWriteArrayList<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> putFailures = new TreeMap<>();
    private final Map<String, Integer> readFailures = new TreeMap<>();
    private final Queue<String> failureTexts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong slowestPut = new AtomicLong();
    private final AtomicLong slowestRead = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    /** The version of each artifact that was tried last. */
    private final Map<Integer, Integer> versions = new ConcurrentHashMap<>();

    private volatile boolean stopped;

    /**
     * A put that was answered.
     *
     * @param version of the artifact's content
     */
    record Acknowledged(int artifact, int version, long revision) {}

    /** Begins; puts come evenly, one every so many nanoseconds, or as fast as the cluster takes them. */
    SoakWorkload(
            LogCustodians world, SoakBounds bounds, SoakContents contents, int artifacts, int writers, long putNanos) {
        this.world = world;
        this.bounds = bounds;
        this.contents = contents;
        this.artifacts = artifacts;
        this.writers = writers;
        this.putNanos = putNanos;
    }

    void start(SplittableRandom random) {
        for (int number = 0; number < writers; number++) {
            int writer = number;
            launch("writer-" + number, () -> write(writer));
        }
        for (int number = 0; number < READERS; number++) {
            int reader = number;
            SplittableRandom own = random.split();
            launch("reader-" + number, () -> read("read-" + reader, own));
        }
    }

    private void launch(String name, Runnable task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        violations.add(name + " ended: " + e);
                    }
                },
                name);
        threads.add(thread);
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void write(int writer) {
        long due = System.nanoTime();
        for (int count = 1; !stopped; count++) {
            int artifact = next.getAndIncrement();
            if (artifact >= artifacts) {
                artifact = (int) Math.floorMod(count * 7_919L + writer, (long) artifacts) / writers * writers + writer;
                if (artifact < artifacts) {
                    replace(artifact);
                }
            } else {
                put(artifact, 0);
                if (artifact % REPLACED == REPLACED - 1) {
                    put(artifact, 1);
                }
            }
            due = Math.max(due + writers * putNanos, System.nanoTime() - putNanos);
            for (long left = due - System.nanoTime(); left > 0 && !stopped; left = due - System.nanoTime()) {
                LockSupport.parkNanos(Math.min(left, 100_000_000));
            }
        }
    }

    private void replace(int artifact) {
        put(artifact, versions.getOrDefault(artifact, 0) + 1);
    }

    /** Tries until it is acknowledged: whether one without an answer took place, the revision of the next one tells. */
    private void put(int artifact, int version) {
        byte[] bytes = contents.bytes(artifact, version);
        versions.put(artifact, version);
        while (!stopped) {
            SoakBounds.Put underway = bounds.begin(contents.isCoded(artifact));
            long began = System.nanoTime();
            CommandRun run = world.run(bytes, "put", "-", SoakContents.address(artifact), "-o", "json");
            slowestPut.accumulateAndGet(System.nanoTime() - began, Math::max);
            if (run.exitCode() == 0) {
                long revision = JsonParser.parseString(run.out())
                        .getAsJsonObject()
                        .get("revision")
                        .getAsLong();
                acknowledged.add(new Acknowledged(artifact, version, revision));
                bounds.end(underway);
                return;
            }
            bounds.end(underway);
            note(putFailures, "put of " + artifact, run);
            LockSupport.parkNanos(READER_PAUSE_NANOS);
        }
    }

    private void note(Map<String, Integer> failures, String what, CommandRun run) {
        String[] words = run.err().split(": ", 3);
        String reason = words.length > 1 ? words[1] : run.err();
        synchronized (failures) {
            failures.merge(reason.strip(), 1, Integer::sum);
        }
        failureTexts.add("%s %s: %s".formatted(Instant.now(), what, run.err().strip()));
    }

    private void read(String file, SplittableRandom random) {
        while (!stopped) {
            if (!acknowledged.isEmpty()) {
                check(acknowledged.get(random.nextInt(acknowledged.size())), file);
            }
            LockSupport.parkNanos(READER_PAUSE_NANOS);
        }
    }

    /** Reads a revision that was acknowledged: at any time it is there, and it is what was put. */
    private boolean check(Acknowledged put, String name) {
        String address = SoakContents.address(put.artifact(), put.revision());
        Path file = world.directory.resolve(name);
        String last = "";
        for (int attempt = 0; attempt < READ_TRIES; attempt++) {
            long began = System.nanoTime();
            CommandRun run = world.run("get", address, "--out", name);
            slowestRead.accumulateAndGet(System.nanoTime() - began, Math::max);
            if (run.exitCode() == 0) {
                reads.incrementAndGet();
                return isWhatWasPut(put, address, file);
            }
            note(readFailures, "get of " + put, run);
            last = run.err().strip();
            LockSupport.parkNanos((long) (attempt + 1) * 1_000_000_000);
        }
        violations.add("unreadable: " + put + ": " + last);
        return false;
    }

    private boolean isWhatWasPut(Acknowledged put, String address, Path file) {
        try {
            byte[] found = Files.readAllBytes(file);
            Files.delete(file);
            if (Arrays.equals(found, contents.bytes(put.artifact(), put.version()))) {
                return true;
            }
            violations.add("wrong bytes: " + address + " of " + put + ": " + found.length);
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + file, e);
        }
    }

    /** Reads every acknowledged put; how many are there and what was put. */
    int checkAll(IntConsumer progress) throws InterruptedException {
        AtomicInteger at = new AtomicInteger();
        AtomicInteger good = new AtomicInteger();
        List<Thread> checkers = new ArrayList<>();
        for (int number = 0; number < CHECKERS; number++) {
            String file = "check-" + number;
            Thread checker = new Thread(
                    () -> {
                        for (int i = at.getAndIncrement(); i < acknowledged.size(); i = at.getAndIncrement()) {
                            if (check(acknowledged.get(i), file)) {
                                good.incrementAndGet();
                            }
                            progress.accept(i);
                        }
                    },
                    file);
            checkers.add(checker);
            checker.start();
        }
        for (Thread checker : checkers) {
            checker.join();
        }
        return good.get();
    }

    List<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    List<String> failureTexts() {
        return List.copyOf(failureTexts);
    }

    Map<String, Integer> putFailures() {
        synchronized (putFailures) {
            return new TreeMap<>(putFailures);
        }
    }

    Map<String, Integer> readFailures() {
        synchronized (readFailures) {
            return new TreeMap<>(readFailures);
        }
    }

    long reads() {
        return reads.get();
    }

    long slowestPutMillis() {
        return slowestPut.get() / 1_000_000;
    }

    long slowestReadMillis() {
        return slowestRead.get() / 1_000_000;
    }
}

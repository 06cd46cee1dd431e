package beacon.node.fault;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.index.linear.HistoryRecorder;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.ResolveReply;
import beacon.proto.v1.ResolveRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that append and read without pause, one call at a time each, and note every call and answer. Addresses are few,
 * so that clients meet; values are unique, so that what was applied twice or lost can be told.
 */
final class Workload implements AutoCloseable {
    static final int CLIENTS = 6;
    private static final int ADDRESSES = 24;
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration PROGRESS_TIMEOUT = Duration.ofSeconds(90);

    private final HistoryRecorder recorder = new HistoryRecorder(System::nanoTime);
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Refused> refused = new ConcurrentLinkedQueue<>();
    private final Queue<AppendRequest> unknown = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledgements = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final List<BeaconClient> clients = new ArrayList<>();
    private volatile boolean stopped;
    private volatile String lastFailure = "none";

    /** An append and the answer it got. */
    record Acknowledged(AppendRequest request, Accepted answer) {}

    /** An append that, as its client was told, changed nothing. */
    record Refused(AppendRequest request, Refusal refusal) {}

    private Workload() {}

    /** Starts clients of a cluster. */
    static Workload start(MemberCluster cluster, long seed) {
        Workload workload = new Workload();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            SplittableRandom own = random.split();
            BeaconClient client = cluster.client("client-" + number, CALL_TIMEOUT);
            workload.clients.add(client);
            Thread thread = new Thread(() -> workload.run(number, client, own), "workload-" + number);
            workload.threads.add(thread);
            thread.start();
        }
        return workload;
    }

    /** Appends acknowledged so far. */
    long acknowledgements() {
        return acknowledgements.get();
    }

    long reads() {
        return reads.get();
    }

    /** Waits until so many more appends are acknowledged. */
    void awaitProgress(int more) {
        long target = acknowledgements.get() + more;
        try {
            MemberCluster.await(
                    more + " more appends to be acknowledged",
                    PROGRESS_TIMEOUT,
                    () -> acknowledgements.get() >= target || !surprises.isEmpty());
        } catch (IllegalStateException e) {
            throw new AssertionError(this + "; last failure: " + lastFailure, e);
        }
        checkNoSurprise();
    }

    /** Ends the clients and waits for their last answers. */
    void stop() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(PROGRESS_TIMEOUT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new AssertionError("expected " + thread.getName() + " to get its last answer, but it did not");
            }
        }
        checkNoSurprise();
    }

    List<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    List<Refused> refused() {
        return List.copyOf(refused);
    }

    /** Appends whose outcome the client was told to be unknown. */
    List<AppendRequest> unknown() {
        return List.copyOf(unknown);
    }

    HistoryRecorder recorder() {
        return recorder;
    }

    @Override
    public void close() {
        stopped = true;
        threads.forEach(Thread::interrupt);
        clients.forEach(BeaconClient::close);
    }

    private void checkNoSurprise() {
        Throwable first = surprises.peek();
        if (first != null) {
            throw new AssertionError("expected typed answers only, but a client got something else", first);
        }
    }

    private void run(int number, BeaconClient client, SplittableRandom random) {
        Map<String, Long> seen = new HashMap<>();
        try {
            for (long i = 0; !stopped; i++) {
                String address = Events.address("shared/" + random.nextInt(ADDRESSES));
                switch (random.nextInt(10)) {
                    case 0, 1, 2 -> read(number, client, address, seen);
                    case 3 -> decide(client, address, number, i);
                    case 4, 5, 6 ->
                        point(number, client, address, OptionalLong.of(seen.getOrDefault(address, 0L)), i, seen);
                    default -> point(number, client, address, OptionalLong.empty(), i, seen);
                }
            }
        } catch (RuntimeException | Error e) {
            if (!stopped) {
                surprises.add(e);
            }
        }
    }

    private void read(int number, BeaconClient client, String address, Map<String, Long> seen) {
        HistoryRecorder.PendingRead pending = recorder.read(number, address);
        try {
            ResolveReply reply = BeaconClient.await(client.resolve(
                    ResolveRequest.newBuilder().setAddress(address).build()));
            pending.found(
                    reply.getPointer().getRevision(),
                    Events.value(reply.getPointer().getCid()));
            seen.put(address, reply.getPointer().getRevision());
            reads.incrementAndGet();
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.UNKNOWN_ADDRESS) {
                pending.foundNothing();
                reads.incrementAndGet();
            }
        }
    }

    private void point(
            int number,
            BeaconClient client,
            String address,
            OptionalLong expected,
            long serial,
            Map<String, Long> seen) {
        Event event = Events.pointer(address, number, serial);
        List<Precondition> preconditions = expected.isEmpty()
                ? List.of()
                : List.of(Precondition.newBuilder()
                        .setAddress(address)
                        .setExpectedRevision(expected.getAsLong())
                        .build());
        String value = Events.value(event.getPointerSet().getCid());
        AppendRequest request = client.request(List.of(event), preconditions);
        HistoryRecorder.PendingAppend pending = recorder.append(number, address, value, expected);
        try {
            Accepted answer = BeaconClient.await(client.append(request));
            pending.appended(answer.getRevisions(0));
            seen.put(address, answer.getRevisions(0));
            acknowledge(request, answer);
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.STALE_REVISION) {
                pending.foundStale(e.refusal().currentRevision());
                seen.put(address, e.refusal().currentRevision());
            } else {
                pending.unknown();
            }
            note(request, e);
        }
    }

    private void decide(BeaconClient client, String address, int number, long serial) {
        AppendRequest request = client.request(List.of(Events.decision(address, number, serial, 256)), List.of());
        try {
            acknowledge(request, BeaconClient.await(client.append(request)));
        } catch (ClientException e) {
            note(request, e);
        }
    }

    private void acknowledge(AppendRequest request, Accepted answer) {
        acknowledged.add(new Acknowledged(request, answer));
        acknowledgements.incrementAndGet();
    }

    @Override
    public String toString() {
        return "%,d appends acknowledged, %,d refused, %,d unknown, %,d reads"
                .formatted(acknowledgements(), refused.size(), unknown.size(), reads());
    }

    private void note(AppendRequest request, ClientException e) {
        lastFailure = e.getMessage();
        if (e.outcomeUnknown()) {
            unknown.add(request);
        } else {
            refused.add(new Refused(request, e.refusal()));
        }
    }
}

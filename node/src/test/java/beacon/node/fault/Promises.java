package beacon.node.fault;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.index.linear.Operation;
import beacon.index.linear.RegisterCall;
import beacon.index.linear.RevisionOrderCheck;
import beacon.index.linear.RevisionRegister;
import beacon.index.linear.Verdict;
import beacon.index.linear.WingGongCheck;
import beacon.model.Reason;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.RecordedEvent;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What must hold after any fault, checked against the calls of a {@link Workload} and the journals of the members. */
final class Promises {
    private static final Duration SETTLE_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final int REPEATED_REQUESTS = 200;

    /** Histories of an address up to this size go through the general search as well. */
    private static final int SEARCHED_OPERATIONS = 500;

    private Promises() {}

    /** Promise 1 and 2, over a whole run: everything this class can check. Stops the workload and the members. */
    static void check(MemberCluster cluster, List<String> members, Workload workload) {
        workload.stop();
        Map<AppendRequest, Accepted> late = repeatRequests(cluster, workload);
        awaitSameHistory(cluster, members);
        String root = cluster.status(members.get(0)).orElseThrow().getTreeRoot();
        for (String id : members) {
            assertThat(cluster.stop(id)).as(id + " stops when it is told to").isTrue();
        }
        List<MemberJournal> journals =
                members.stream().map(id -> MemberJournal.read(cluster.data(id))).toList();
        assertThat(journals)
                .extracting(MemberJournal::digest)
                .containsOnly(journals.get(0).digest());
        assertThat(journals)
                .extracting(each -> HexFormat.of().formatHex(each.root().bytes()))
                .containsOnly(root);
        checkRecords(journals.get(0).events(), workload, late);
        checkLinearizable(journals.get(0).events(), workload);
        System.out.println(workload + "; " + journals.get(0));
    }

    /** Waits until all members have the same last sequence and says that their trees agree. */
    static void awaitSameHistory(MemberCluster cluster, List<String> members) {
        List<GetStatusReply> statuses = new ArrayList<>();
        MemberCluster.await("the same history on " + members, SETTLE_TIMEOUT, () -> {
            statuses.clear();
            members.forEach(id -> cluster.status(id).ifPresent(statuses::add));
            return statuses.size() == members.size()
                    && statuses.stream()
                                    .map(GetStatusReply::getLastSequence)
                                    .distinct()
                                    .count()
                            == 1;
        });
        assertThat(statuses)
                .extracting(GetStatusReply::getTreeRoot)
                .containsOnly(statuses.get(0).getTreeRoot());
    }

    /**
     * Same request id, same answer; same id with other content, refusal; and an append of unknown outcome is decided by
     * asking again. Returns the answers of the latter.
     */
    private static Map<AppendRequest, Accepted> repeatRequests(MemberCluster cluster, Workload workload) {
        Map<AppendRequest, Accepted> late = new HashMap<>();
        SplittableRandom random = new SplittableRandom(workload.acknowledgements());
        List<Workload.Acknowledged> acknowledged = workload.acknowledged();
        Map<Integer, BeaconClient> clients = new HashMap<>();
        try {
            for (int i = 0; i < REPEATED_REQUESTS && !acknowledged.isEmpty(); i++) {
                Workload.Acknowledged one = acknowledged.get(random.nextInt(acknowledged.size()));
                BeaconClient client = clientOf(one.request(), cluster, clients);
                assertThat(BeaconClient.await(client.append(one.request()))).isEqualTo(one.answer());
                if (i % 10 == 0) {
                    assertThat(refusalOf(client, altered(one.request()))).isEqualTo(Reason.REQUEST_ID_REUSED);
                }
            }
            for (AppendRequest request : workload.unknown()) {
                BeaconClient client = clientOf(request, cluster, clients);
                try {
                    late.put(request, BeaconClient.await(client.append(request)));
                } catch (ClientException e) {
                    assertThat(e.refusal().reason()).isEqualTo(Reason.STALE_REVISION);
                }
            }
            return late;
        } finally {
            clients.values().forEach(BeaconClient::close);
        }
    }

    private static void checkRecords(List<RecordedEvent> events, Workload workload, Map<AppendRequest, Accepted> late) {
        Map<ByteString, Long> firstSequences = new HashMap<>();
        long time = Long.MIN_VALUE;
        for (int i = 0; i < events.size(); i++) {
            RecordedEvent event = events.get(i);
            assertThat(event.getSequence()).isEqualTo(i + 1L);
            assertThat(event.getTimeUnixMicros()).isGreaterThanOrEqualTo(time);
            time = event.getTimeUnixMicros();
            if (event.getOrdinal() == 0) {
                Long earlier = firstSequences.put(event.getRequestId(), event.getSequence());
                assertThat(earlier)
                        .as("sequence of an earlier event with the request id of " + event)
                        .isNull();
            }
        }
        workload.acknowledged().forEach(one -> checkRecorded(events, one.request(), one.answer()));
        late.forEach((request, answer) -> checkRecorded(events, request, answer));
        for (Workload.Refused refused : workload.refused()) {
            assertThat(firstSequences)
                    .as("an append that was refused with " + refused.refusal())
                    .doesNotContainKey(refused.request().getRequestId());
        }
    }

    private static void checkRecorded(List<RecordedEvent> events, AppendRequest request, Accepted answer) {
        RecordedEvent recorded = events.get((int) answer.getFirstSequence() - 1);
        assertThat(recorded.getRequestId()).isEqualTo(request.getRequestId());
        assertThat(recorded.getEvent()).isEqualTo(request.getEvents(0));
        assertThat(recorded.getTimeUnixMicros()).isEqualTo(answer.getTimeUnixMicros());
        if (answer.getRevisionsCount() > 0) {
            assertThat(recorded.getRevision()).isEqualTo(answer.getRevisions(0));
        }
    }

    private static void checkLinearizable(List<RecordedEvent> events, Workload workload) {
        Map<String, List<String>> values = new HashMap<>();
        for (RecordedEvent event : events) {
            if (event.getEvent().hasPointerSet()) {
                String address = event.getEvent().getPointerSet().getAddress();
                List<String> revisions = values.computeIfAbsent(address, unused -> new ArrayList<>());
                revisions.add(Events.value(event.getEvent().getPointerSet().getCid()));
                assertThat(event.getRevision()).isEqualTo(revisions.size());
            }
        }
        Map<String, List<Operation<RegisterCall>>> histories =
                workload.recorder().histories();
        assertThat(histories).isNotEmpty();
        histories.forEach((address, operations) -> {
            Verdict verdict = RevisionOrderCheck.check(operations, values.getOrDefault(address, List.of()));
            assertThat(verdict).as(address).isEqualTo(new Verdict.Linearizable());
            if (operations.size() <= SEARCHED_OPERATIONS) {
                Verdict found = new WingGongCheck<>(new RevisionRegister()).check(operations);
                assertThat(found).as(address).isNotInstanceOf(Verdict.Violation.class);
            }
        });
    }

    private static BeaconClient clientOf(
            AppendRequest request, MemberCluster cluster, Map<Integer, BeaconClient> clients) {
        // A request id belongs to its actor: the same client asks again.
        int author = author(request);
        return clients.computeIfAbsent(author, number -> cluster.client("client-" + number, CALL_TIMEOUT));
    }

    private static int author(AppendRequest request) {
        if (request.getEvents(0).hasDecisionRecorded()) {
            String author = request.getEvents(0).getDecisionRecorded().getAuthor();
            return Integer.parseInt(author.substring(author.lastIndexOf('-') + 1));
        }
        return (int) request.getEvents(0)
                .getPointerSet()
                .getCid()
                .substring(4)
                .asReadOnlyByteBuffer()
                .getLong();
    }

    private static AppendRequest altered(AppendRequest request) {
        return request.toBuilder()
                .setEvents(0, Events.decision(Events.address("altered"), 99, 1, 16))
                .build();
    }

    private static Reason refusalOf(BeaconClient client, AppendRequest request) {
        try {
            BeaconClient.await(client.append(request));
            return Reason.BUG;
        } catch (ClientException e) {
            return e.refusal().reason();
        }
    }
}

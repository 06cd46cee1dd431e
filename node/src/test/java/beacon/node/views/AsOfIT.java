package beacon.node.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.admission.Admission;
import beacon.index.log.AnAppend;
import beacon.index.log.RecordReader;
import beacon.index.ratis.IndexMember;
import beacon.index.ratis.TestCluster;
import beacon.model.Cid;
import beacon.model.Reason;
import beacon.model.RecordedHeader;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.ColumnName;
import beacon.proto.v1.Deletion;
import beacon.proto.v1.Event;
import beacon.proto.v1.GetDeletionReply;
import beacon.proto.v1.GetDeletionRequest;
import beacon.proto.v1.GetPinReply;
import beacon.proto.v1.GetPinRequest;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.HoldState;
import beacon.proto.v1.ListColumnsOnReply;
import beacon.proto.v1.ListColumnsOnRequest;
import beacon.proto.v1.ListEndangeredReply;
import beacon.proto.v1.ListEndangeredRequest;
import beacon.proto.v1.ListHoldsReply;
import beacon.proto.v1.ListHoldsRequest;
import beacon.proto.v1.ListNodesReply;
import beacon.proto.v1.ListNodesRequest;
import beacon.proto.v1.ListPinsOnReply;
import beacon.proto.v1.ListPinsOnRequest;
import beacon.proto.v1.ListPinsReply;
import beacon.proto.v1.ListPinsRequest;
import beacon.proto.v1.ListTombstonesReply;
import beacon.proto.v1.ListTombstonesRequest;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.PinState;
import beacon.proto.v1.TombstoneState;
import beacon.steward.Steward;
import beacon.steward.StewardPolicy;
import beacon.steward.deletion.DeletionJudge;
import beacon.views.MemoryKeyValues;
import beacon.views.View;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.deletions.DeletionsView;
import beacon.views.nodes.NodesView;
import beacon.views.pins.NodeColumns;
import beacon.views.pins.PinsView;
import beacon.views.references.ReferencesView;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * What a member answers about the past is what its log gave up to then. One history grows from try to try: each adds random
 * events and asks about random moments of all of it.
 */
class AsOfIT {
    private static final int PAGE = 3;
    private static final long PATIENCE_SECONDS = 60;
    private static final Duration HOUR = Duration.ofHours(1);

    private static Path directory;
    private static TestCluster cluster;
    private static IndexMember member;
    private static MemberViews views;
    private static QueryGrpc queries;
    private static final Set<Message> seen = new LinkedHashSet<>();
    private static long requests;

    @BeforeContainer
    static void start() throws Exception {
        directory = Files.createTempDirectory("as-of");
        cluster = TestCluster.start(directory.resolve("log"), 1, UnaryOperator.identity());
        member = cluster.member("m1");
        views = MemberViews.open(member, directory.resolve("views"));
        queries = new QueryGrpc(member, views);
        append(AnAppend.pointer("first", 1));
    }

    @AfterContainer
    static void stop() throws Exception {
        queries.close();
        views.close();
        cluster.close();
        Directories.remove(directory);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void answersAboutAnyMomentAreThoseOfAReplayThatEndsThere(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 1 << 20) Integer> choices,
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 1 << 20) Integer> moments,
            @ForAll @IntRange(min = -1, max = 1) int shift) {
        choices.forEach(choice -> append(PastEvents.of(choice)));
        List<Entry> history = history();

        for (int moment : moments) {
            Entry at = history.get(moment % history.size());
            // Just before an entry, at it and just after it.
            long micros = at.timeUnixMicros() + shift;
            List<Entry> byTime = history.stream()
                    .filter(entry -> entry.timeUnixMicros() <= micros)
                    .toList();
            check(history.subList(0, (int) at.sequence()), at.sequence(), null);
            check(byTime, 0, micros);
        }
    }

    @Property(tries = 1)
    void aMomentThatIsNotYetIsRefused() {
        append(PastEvents.of(0));
        long last = history().size();

        assertRefused(
                Reason.BEYOND_END,
                nodes(ListNodesRequest.newBuilder().setAsOfSequence(last + 1).build()));
    }

    @Property(tries = 1)
    void aPageTokenThatNobodyWasGivenIsRefused() {
        ByteString id = PastEvents.node(0);
        String token = "no token";
        assertRefused(
                Reason.MALFORMED_REQUEST,
                AsOfIT.<ListPinsOnRequest, ListPinsOnReply>ask(
                        ListPinsOnRequest.newBuilder()
                                .setNodeId(id)
                                .setPageToken(token)
                                .build(),
                        queries::listPinsOn));
        assertRefused(
                Reason.MALFORMED_REQUEST,
                AsOfIT.<ListColumnsOnRequest, ListColumnsOnReply>ask(
                        ListColumnsOnRequest.newBuilder()
                                .setNodeId(id)
                                .setPageToken(token)
                                .build(),
                        queries::listColumnsOn));
    }

    private static void assertRefused(Reason reason, CompletableFuture<?> answer) {
        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(StatusMapper.refusalOf(refused)
                                        .orElseThrow()
                                        .reason())
                                .isEqualTo(reason));
    }

    @Property(tries = 1)
    void whatWasFoldedForACallerWhoLeftIsKeptForTheNext() throws Exception {
        for (int i = 0; i < 40; i++) {
            append(AnAppend.pointer("of-no-interest", i));
        }
        List<Entry> history = history();
        Path files = directory.resolve("folds");
        List<View> views = List.of(new PinsView());
        long[] nanos = {0};
        PastStates.Wanted all = new PastStates.Wanted(views, history.size(), Long.MAX_VALUE);
        try (PastStates past = new PastStates(member, files, 10, () -> nanos[0])) {
            assertThatThrownBy(() -> past.at(all, () -> false))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("at 10");
            int[] steps = {0};
            // A fold that takes an hour is new when it is done.
            try (Moment moment = past.at(all, () -> {
                nanos[0] += HOUR.toNanos();
                return ++steps[0] > 0;
            })) {
                assertThat(moment.of(views.get(0)).checkpoint().sequence()).isEqualTo(history.size());
            }
            past.forgetUnused(HOUR);
            assertThat(past.isEmpty()).isFalse();
            assertThat(steps[0]).as("whole steps after the first").isEqualTo((history.size() - 10) / 10);
            try (Moment again = past.at(all, () -> false);
                    ViewSnapshot expected = replay(new PinsView(), history)) {
                assertThat(again.of(views.get(0)).checkpoint().digestText())
                        .isEqualTo(expected.checkpoint().digestText());
            }
            past.at(new PastStates.Wanted(views, 5, Long.MAX_VALUE), () -> true).close();
            past.at(new PastStates.Wanted(views, 3, Long.MAX_VALUE), () -> true).close();
            assertThat(files).isDirectoryNotContaining("glob:**/1").isDirectoryContaining("glob:**/3");
            nanos[0] += HOUR.toNanos();
            past.forgetUnused(HOUR);
            assertThat(files).isEmptyDirectory();
        }
        assertThat(files).doesNotExist();
    }

    /** An entry as the journal has it. */
    private record Entry(long sequence, long timeUnixMicros, ByteString bytes) {}

    private static void append(Event event) {
        Admission.Verdict verdict = new Admission()
                .admit(
                        "operator/tester",
                        AnAppend.withId(++requests).with(event).request());
        member.log()
                .append(((Admission.Verdict.Admitted) verdict).append())
                .toCompletableFuture()
                .join();
    }

    private static List<Entry> history() {
        long last = member.status().lastSequence();
        List<Entry> all = new ArrayList<>();
        try (RecordReader reader = member.readFrom(1)) {
            while (all.size() < last && reader.next()) {
                byte[] bytes = java.util.Arrays.copyOf(reader.buffer(), reader.length());
                RecordedHeader header = RecordedHeader.read(bytes, 0, bytes.length);
                all.add(new Entry(header.sequence(), header.timeUnixMicros(), ByteString.copyFrom(bytes)));
            }
        }
        assertThat(all).hasSize((int) last);
        return all;
    }

    private static void check(List<Entry> entries, long sequence, Long micros) {
        List<NodeState> nodes = new ArrayList<>();
        String token = "";
        do {
            ListNodesRequest.Builder page =
                    ListNodesRequest.newBuilder().setPageSize(PAGE).setPageToken(token);
            ListNodesReply reply = nodes(
                            (micros == null ? page.setAsOfSequence(sequence) : page.setAsOfUnixMicros(micros)).build())
                    .join();
            nodes.addAll(reply.getNodesList());
            token = reply.getNextPageToken();
            assertThat(reply.getPosition().getSequence()).isEqualTo(entries.size());
        } while (!token.isEmpty());
        try (ViewSnapshot expected = replay(new NodesView(), entries)) {
            assertThat(nodes).isEqualTo(NodesView.list(expected, ByteString.EMPTY, 1_000, node -> true));
        }
        try (ViewSnapshot expected = replay(new PinsView(), entries)) {
            for (int artifact = 0; artifact < PastEvents.ARTIFACTS; artifact++) {
                checkPin(expected, PastEvents.manifest(artifact), sequence, micros);
            }
            checkPins(expected, sequence, micros);
        }
        checkDeletions(entries, sequence, micros);
    }

    /** With the moment that is asked about. */
    private static <B extends Message.Builder> B at(B request, long sequence, Long micros) {
        String field = micros == null ? "as_of_sequence" : "as_of_unix_micros";
        request.setField(
                request.getDescriptorForType().findFieldByName(field), micros == null ? (Long) sequence : micros);
        return request;
    }

    private static void checkPins(ViewSnapshot expected, long sequence, Long micros) {
        ListPinsRequest pins =
                at(ListPinsRequest.newBuilder(), sequence, micros).build();
        assertThat(AsOfIT.<ListPinsRequest, ListPinsReply>ask(pins, queries::listPins)
                        .join()
                        .getPinsList())
                .isEqualTo(PinsView.list(expected, ByteString.EMPTY, 100));
        for (int node = 0; node < PastEvents.NODES; node++) {
            ByteString id = PastEvents.node(node);
            ListPinsOnRequest on = at(ListPinsOnRequest.newBuilder().setNodeId(id), sequence, micros)
                    .build();
            assertThat(AsOfIT.<ListPinsOnRequest, ListPinsOnReply>ask(on, queries::listPinsOn)
                            .join()
                            .getManifestCidsList())
                    .isEqualTo(NodeColumns.manifests(expected, id, 0, 100).found());
            ListColumnsOnRequest columns = at(ListColumnsOnRequest.newBuilder().setNodeId(id), sequence, micros)
                    .build();
            assertThat(AsOfIT.<ListColumnsOnRequest, ListColumnsOnReply>ask(columns, queries::listColumnsOn)
                            .join()
                            .getColumnsList())
                    .isEqualTo(NodeColumns.list(expected, id, 0, 100).found().stream()
                            .map(column -> ColumnName.newBuilder()
                                    .setManifestCid(column.group().manifest())
                                    .setGroup(column.group().group())
                                    .setColumn(column.column())
                                    .build())
                            .toList());
        }
    }

    private static void checkDeletions(List<Entry> entries, long sequence, Long micros) {
        long now = entries.isEmpty() ? 0 : entries.get(entries.size() - 1).timeUnixMicros();
        try (ViewSnapshot nodes = replay(new NodesView(), entries);
                ViewSnapshot pins = replay(new PinsView(), entries);
                ViewSnapshot references = replay(new ReferencesView(), entries);
                ViewSnapshot deletions = replay(new DeletionsView(), entries)) {
            ListEndangeredRequest endangered =
                    at(ListEndangeredRequest.newBuilder(), sequence, micros).build();
            assertThat(AsOfIT.<ListEndangeredRequest, ListEndangeredReply>ask(endangered, queries::listEndangered)
                            .join()
                            .getTotal())
                    .isEqualTo(new Steward(StewardPolicy.DEFAULT)
                            .endangered(nodes, pins, now)
                            .size());
            DeletionJudge judge = new DeletionJudge(nodes, pins, references, deletions);
            for (int artifact = 0; artifact < PastEvents.ARTIFACTS; artifact++) {
                ByteString manifest = PastEvents.manifest(artifact);
                GetDeletionRequest one = at(GetDeletionRequest.newBuilder().setManifestCid(manifest), sequence, micros)
                        .build();
                assertThat(AsOfIT.<GetDeletionRequest, GetDeletionReply>ask(one, queries::getDeletion)
                                .join()
                                .getDeletion())
                        .isEqualTo(judge.judge(Cid.of(manifest)));
            }
            ListTombstonesRequest open =
                    at(ListTombstonesRequest.newBuilder(), sequence, micros).build();
            assertThat(AsOfIT.<ListTombstonesRequest, ListTombstonesReply>ask(open, queries::listTombstones)
                            .join()
                            .getDeletionsList())
                    .extracting(Deletion::getTombstone)
                    .isEqualTo(DeletionsView.open(deletions, ByteString.EMPTY, 100));
            seen.addAll(DeletionsView.open(deletions, ByteString.EMPTY, 100));
            ListHoldsRequest holds =
                    at(ListHoldsRequest.newBuilder(), sequence, micros).build();
            List<HoldState> expected = DeletionsView.holds(deletions, Optional.empty(), 100);
            assertThat(AsOfIT.<ListHoldsRequest, ListHoldsReply>ask(holds, queries::listHolds)
                            .join()
                            .getHoldsList())
                    .isEqualTo(expected);
            seen.addAll(expected);
        }
    }

    @AfterContainer
    static void theHistoryHadSomethingToAskAbout() {
        assertThat(seen).as("what moments had").hasAtLeastOneElementOfType(HoldState.class);
        assertThat(seen).as("what moments had").hasAtLeastOneElementOfType(TombstoneState.class);
    }

    private static void checkPin(ViewSnapshot expected, ByteString manifest, long sequence, Long micros) {
        GetPinRequest.Builder request =
                GetPinRequest.newBuilder().setManifestCid(manifest).setPageSize(PAGE);
        Optional<GetPinReply> reply =
                pin((micros == null ? request.setAsOfSequence(sequence) : request.setAsOfUnixMicros(micros)).build());
        Optional<PinState> pin = PinsView.find(expected, manifest);
        List<GroupState> groups = PinsView.groups(expected, manifest, 0, PAGE);

        assertThat(reply.map(GetPinReply::getPin)).isEqualTo(pin);
        assertThat(reply.map(GetPinReply::getGroupsList).orElse(List.of())).isEqualTo(groups);
    }

    /** Folded here, of these entries and no others. */
    private static ViewSnapshot replay(View view, List<Entry> entries) {
        MemoryKeyValues store = new MemoryKeyValues();
        new ViewRunner(store, List.of(view)).advance(new ListedEntries(entries), Integer.MAX_VALUE);
        return ViewRunner.snapshot(store, view);
    }

    private static final class ListedEntries implements RecordReader {
        private final List<Entry> entries;
        private int at = -1;

        ListedEntries(List<Entry> entries) {
            this.entries = entries;
        }

        @Override
        public boolean next() {
            return ++at < entries.size();
        }

        @Override
        public long sequence() {
            return entries.get(at).sequence();
        }

        @Override
        public byte[] buffer() {
            return entries.get(at).bytes().toByteArray();
        }

        @Override
        public int length() {
            return entries.get(at).bytes().size();
        }

        @Override
        public void close() {}
    }

    private static CompletableFuture<ListNodesReply> nodes(ListNodesRequest request) {
        return ask(request, queries::listNodes);
    }

    private static Optional<GetPinReply> pin(GetPinRequest request) {
        try {
            return Optional.of(AsOfIT.<GetPinRequest, GetPinReply>ask(request, queries::getPin)
                    .join());
        } catch (CompletionException e) {
            assertThat(StatusMapper.refusalOf((StatusRuntimeException) e.getCause())
                            .orElseThrow()
                            .reason())
                    .isEqualTo(Reason.UNKNOWN_ADDRESS);
            return Optional.empty();
        }
    }

    private static <Q, A> CompletableFuture<A> ask(Q question, BiConsumer<Q, StreamObserver<A>> service) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        service.accept(question, new StreamObserver<>() {
            @Override
            public void onNext(A value) {
                answer.complete(value);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                // Was answered.
            }
        });
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}

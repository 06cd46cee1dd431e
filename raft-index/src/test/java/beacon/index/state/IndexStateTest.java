package beacon.index.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.admission.Admission;
import beacon.index.journal.MemoryJournal;
import beacon.index.log.AnAppend;
import beacon.index.log.Append;
import beacon.index.log.AppendResult;
import beacon.index.log.RecordReader;
import beacon.model.Reason;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.BeatKind;
import beacon.proto.v1.BeatStruck;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.NodeWentDown;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class IndexStateTest {
    private final MemoryJournal journal = new MemoryJournal();
    private final LogApplier applier = applier(IndexState.empty(64), journal);
    private long id;

    private static LogApplier applier(IndexState state, MemoryJournal journal) {
        return new LogApplier(state, journal, new HistoryTree() {
            private long size = state.lastSequence();

            @Override
            public void append(byte[] recorded) {
                size++;
            }

            @Override
            public long size() {
                return size;
            }
        });
    }

    private static Append admitted(AppendRequest request) {
        return ((Admission.Verdict.Admitted) new Admission().admit("tester", request)).append();
    }

    private static AppendResult apply(LogApplier applier, AppendRequest request, long time) {
        return applier.apply(new LogBatch(time, List.of(admitted(request))), 3).get(0);
    }

    private AppendResult apply(AppendRequest request) {
        return apply(applier, request, 1_000);
    }

    private AppendResult apply(Event event) {
        return apply(AnAppend.withId(++id).with(event).request());
    }

    private static Reason reasonOf(AppendResult result) {
        return ((AppendResult.Refused) result).refusal().reason();
    }

    private static byte[] bytesOf(IndexState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            state.capture().writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static Event beat(long index) {
        return Event.newBuilder()
                .setBeatStruck(BeatStruck.newBuilder()
                        .setKind(BeatKind.BEAT_KIND_PULSE)
                        .setBeatIndex(index)
                        .setSource("local"))
                .build();
    }

    private static ByteString node(int n) {
        return ByteString.copyFrom(new byte[] {0, 1, (byte) n});
    }

    @Test
    void refusesARetryThatItMayHaveForgotten() {
        for (int i = 0; i < 100; i++) {
            apply(AnAppend.withId(++id).pointing("a", i).request());
        }
        AppendRequest forgotten = AnAppend.withId(1).pointing("a", 0).request().toBuilder()
                .setIssuedAtSequence(1)
                .build();

        AppendResult result = apply(forgotten);

        assertThat(reasonOf(result)).isEqualTo(Reason.REQUEST_ID_TOO_OLD);
        assertThat(applier.state().lastSequence()).isEqualTo(100);
    }

    @Test
    void staleRefusalNamesTheRevisionThatTheAddressHas() {
        apply(AnAppend.withId(++id).pointing("a", 1).pointing("a", 2).request());

        AppendResult result =
                apply(AnAppend.withId(++id).pointing("a", 3).expecting("a", 1).request());

        assertThat(((AppendResult.Refused) result).refusal().currentRevision()).isEqualTo(2);
        assertThat(((AppendResult.Refused) result).refusal().address()).isEqualTo(AnAppend.address("a"));
    }

    @Test
    void refusesReferencesToWhatDoesNotExistYet() {
        Event event = Event.newBuilder()
                .setDecisionRecorded(DecisionRecorded.newBuilder()
                        .setId("d")
                        .setAddress(AnAppend.address("a"))
                        .setAuthor("me")
                        .addCitations(1))
                .build();

        assertThat(reasonOf(apply(event))).isEqualTo(Reason.UNKNOWN_REFERENCE);
        apply(AnAppend.pointer("a", 1));
        assertThat(apply(event)).isInstanceOf(AppendResult.Accepted.class);
    }

    @Test
    void beatsOfASourceOnlyMoveForward() {
        assertThat(apply(beat(5))).isInstanceOf(AppendResult.Accepted.class);

        assertThat(reasonOf(apply(beat(5)))).isEqualTo(Reason.BEAT_OUT_OF_ORDER);
        assertThat(apply(beat(6))).isInstanceOf(AppendResult.Accepted.class);
    }

    @Test
    void onlyNodesThatJoinedCanChange() {
        Event down = Event.newBuilder()
                .setNodeWentDown(NodeWentDown.newBuilder().setNodeId(node(1)))
                .build();

        assertThat(reasonOf(apply(down))).isEqualTo(Reason.UNKNOWN_NODE);
        apply(Event.newBuilder()
                .setNodeJoined(NodeJoined.newBuilder().setNodeId(node(1)))
                .build());
        assertThat(apply(down)).isInstanceOf(AppendResult.Accepted.class);
    }

    @Property(tries = 30)
    void snapshotPlusTailEqualsFullReplay(
            @ForAll @Size(min = 1, max = 120) List<@IntRange(max = 30) Integer> paths,
            @ForAll @IntRange(max = 100) int percent)
            throws IOException {
        MemoryJournal full = new MemoryJournal();
        LogApplier whole = applier(IndexState.empty(64), full);
        int cut = paths.size() * percent / 100;
        byte[] snapshot = bytesOf(whole.state());
        for (int i = 0; i < paths.size(); i++) {
            if (i == cut) {
                snapshot = bytesOf(whole.state());
            }
            apply(whole, request(i, paths.get(i)), i);
        }

        LogApplier resumed = applier(IndexSnapshot.read(CodedInputStream.newInstance(snapshot)), full);
        for (int i = cut; i < paths.size(); i++) {
            apply(resumed, request(i, paths.get(i)), i);
        }

        byte[] expected = bytesOf(whole.state());
        if (cut < paths.size()) {
            assertThat(bytesOf(resumed.state())).isEqualTo(expected);
        }
        assertThat(full.lastSequence()).isEqualTo(whole.state().lastSequence());
    }

    private static AppendRequest request(int number, int path) {
        AnAppend append = AnAppend.withId(number).pointing("p" + path, number);
        return path % 5 == 0
                ? append.expecting("p" + path, path % 2).request()
                : append.deciding("q" + path % 3, path).request();
    }

    @Test
    void stopsWhenTheJournalHasAnotherHistory() {
        apply(AnAppend.withId(1).pointing("a", 1).request());
        LogApplier again = applier(IndexState.empty(64), journal);

        assertThatThrownBy(
                        () -> apply(again, AnAppend.withId(1).pointing("a", 2).request(), 1_000))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("record 1");
    }

    @Test
    void writesTheSameBytesForTheSameEntriesOnEveryMember() {
        MemoryJournal other = new MemoryJournal();
        LogApplier follower = applier(IndexState.empty(64), other);
        for (int i = 0; i < 50; i++) {
            apply(applier, request(i, i), i);
            apply(follower, request(i, i), i);
        }

        assertThat(all(other)).containsExactlyElementsOf(all(journal));
    }

    private static List<ByteString> all(MemoryJournal journal) {
        List<ByteString> records = new ArrayList<>();
        try (RecordReader reader = journal.readFrom(1)) {
            while (reader.next()) {
                records.add(ByteString.copyFrom(reader.copy()));
            }
        }
        return records;
    }
}

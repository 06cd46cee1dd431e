package beacon.index.state;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.admission.Admission;
import beacon.index.journal.MemoryJournal;
import beacon.index.log.AnAppend;
import beacon.index.log.Append;
import beacon.index.log.AppendResult;
import beacon.index.read.NameReader;
import beacon.index.read.Pointer;
import beacon.model.Address;
import beacon.model.Cid;
import beacon.model.CustodyNames;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.HeaderSet;
import beacon.proto.v1.KeyRecorded;
import beacon.proto.v1.KeyState;
import beacon.proto.v1.KeyStateChanged;
import beacon.proto.v1.Precondition;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyTableTest {
    private static final ByteString OLD = ByteString.copyFrom(new byte[20]);
    private static final ByteString NEW = ByteString.copyFromUtf8("a key of twenty byte");

    private final MemoryJournal journal = new MemoryJournal();
    private LogApplier applier = applier(IndexState.empty(64));
    private long id;

    private LogApplier applier(IndexState state) {
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

    private AppendResult as(String actor, AppendRequest request) {
        Admission.Verdict verdict = new Admission().admit(actor, request);
        if (verdict instanceof Admission.Verdict.Refused refused) {
            return new AppendResult.Refused(refused.refusal());
        }
        Append admitted = ((Admission.Verdict.Admitted) verdict).append();
        return applier.apply(new LogBatch(1_000, List.of(admitted)), 3).get(0);
    }

    private AppendResult operator(Event event) {
        return as("operator/root", AnAppend.withId(++id).with(event).request());
    }

    private AppendResult client(Event event) {
        return as("client/alice", AnAppend.withId(++id).with(event).request());
    }

    private static Event header(int artifact, ByteString keyId) {
        return Event.newBuilder()
                .setHeaderSet(HeaderSet.newBuilder()
                        .setManifestCid(AnAppend.cid(artifact))
                        .setKeyId(keyId)
                        .setHeader(ByteString.copyFromUtf8("header")))
                .build();
    }

    private static Event change(ByteString keyId, KeyState state, ByteString replaces) {
        return Event.newBuilder()
                .setKeyStateChanged(KeyStateChanged.newBuilder()
                        .setKeyId(keyId)
                        .setState(state)
                        .setReplaces(replaces))
                .build();
    }

    private static Event change(ByteString keyId, KeyState state) {
        return change(keyId, state, ByteString.EMPTY);
    }

    private static void accepted(AppendResult result) {
        assertThat(result).isInstanceOf(AppendResult.Accepted.class);
    }

    private static Refusal refusal(AppendResult result) {
        return ((AppendResult.Refused) result).refusal();
    }

    private static void forbidden(AppendResult result) {
        assertThat(refusal(result).reason()).isEqualTo(Reason.KEY_STATE_FORBIDS);
    }

    private void rotated() {
        accepted(operator(change(OLD, KeyState.KEY_STATE_ACTIVE)));
        accepted(client(header(1, OLD)));
        accepted(client(header(2, OLD)));
        accepted(operator(change(NEW, KeyState.KEY_STATE_ACTIVE, OLD)));
    }

    @Test
    void aHeaderIsSetToTheActiveKeyOnly() {
        forbidden(client(header(1, OLD)));

        rotated();

        forbidden(client(header(3, OLD)));
        accepted(client(header(3, NEW)));
    }

    @Test
    void aKeyRetiresWhenNoArtifactHasAHeaderOfIt() {
        rotated();

        AppendResult early = operator(change(OLD, KeyState.KEY_STATE_RETIRED));
        accepted(operator(header(1, NEW)));
        accepted(operator(header(1, NEW)));
        AppendResult stillEarly = operator(change(OLD, KeyState.KEY_STATE_RETIRED));
        accepted(operator(header(2, NEW)));

        assertThat(refusal(early).message()).contains("found 2");
        assertThat(refusal(stillEarly).message()).contains("found 1");
        accepted(operator(change(OLD, KeyState.KEY_STATE_RETIRED)));
        forbidden(operator(change(OLD, KeyState.KEY_STATE_ACTIVE, NEW)));
    }

    @Test
    void anActiveKeyDoesNotRetire() {
        accepted(operator(change(OLD, KeyState.KEY_STATE_ACTIVE)));

        forbidden(operator(change(OLD, KeyState.KEY_STATE_RETIRED)));
    }

    @Test
    void oneKeyOfAKindIsActive() {
        accepted(operator(change(OLD, KeyState.KEY_STATE_ACTIVE)));

        forbidden(operator(change(NEW, KeyState.KEY_STATE_ACTIVE)));
        Event dropBox = Event.newBuilder()
                .setKeyStateChanged(KeyStateChanged.newBuilder()
                        .setKeyId(NEW)
                        .setState(KeyState.KEY_STATE_ACTIVE)
                        .setDropBox(true))
                .build();
        accepted(operator(dropBox));
    }

    @Test
    void ofTwoRotationsAtOnceOneIsRefused() {
        accepted(operator(change(OLD, KeyState.KEY_STATE_ACTIVE)));
        ByteString other = ByteString.copyFromUtf8("yet another key id..");

        accepted(operator(change(NEW, KeyState.KEY_STATE_ACTIVE, OLD)));

        forbidden(operator(change(other, KeyState.KEY_STATE_ACTIVE, OLD)));
    }

    @Test
    void onlyOperatorsChangeKeysAndReplaceHeaders() {
        assertThat(refusal(client(change(OLD, KeyState.KEY_STATE_ACTIVE))).reason())
                .isEqualTo(Reason.PERMISSION_DENIED);
        rotated();

        assertThat(refusal(client(header(1, NEW))).reason()).isEqualTo(Reason.PERMISSION_DENIED);
        AppendRequest twice =
                AnAppend.withId(++id).with(header(9, NEW)).with(header(9, NEW)).request();
        assertThat(refusal(as("client/alice", twice)).reason()).isEqualTo(Reason.PERMISSION_DENIED);
        Event recorded = Event.newBuilder()
                .setKeyRecorded(KeyRecorded.newBuilder().setKeyId(OLD).setRecord(ByteString.copyFromUtf8("record")))
                .build();
        assertThat(refusal(client(recorded)).reason()).isEqualTo(Reason.PERMISSION_DENIED);
        accepted(as("custodian/c1", AnAppend.withId(++id).with(recorded).request()));
    }

    @Test
    void aStaleRevisionOfAHeaderIsRefused() {
        rotated();
        Precondition first = Precondition.newBuilder()
                .setAddress(Address.ofKey(CustodyNames.header(Cid.of(AnAppend.cid(1))))
                        .toString())
                .setExpectedRevision(1)
                .build();
        AppendRequest request = AnAppend.withId(++id).with(header(1, NEW)).request().toBuilder()
                .addPreconditions(first)
                .build();
        AppendRequest again = AnAppend.withId(++id).with(header(1, NEW)).request().toBuilder()
                .addPreconditions(first)
                .build();

        accepted(as("operator/root", request));

        assertThat(refusal(as("operator/root", again)).reason()).isEqualTo(Reason.STALE_REVISION);
        assertThat(refusal(as("operator/root", again)).currentRevision()).isEqualTo(2);
    }

    @Test
    void aHeaderAddressPointsAtTheKeyOfEachRevision() {
        rotated();
        accepted(operator(header(1, NEW)));
        Address address = Address.ofKey(CustodyNames.header(Cid.of(AnAppend.cid(1))));

        List<Pointer> listed = reader(0).list(CustodyNames.HEADERS, null, 10);
        Pointer before = reader(3).resolve(address);

        assertThat(listed).hasSize(2);
        assertThat(CustodyNames.keyId(listed.get(0).cid())).isEqualTo(NEW);
        assertThat(CustodyNames.keyId(listed.get(1).cid())).isEqualTo(OLD);
        assertThat(CustodyNames.keyId(before.cid())).isEqualTo(OLD);
        assertThat(CustodyNames.manifest(address)).contains(Cid.of(AnAppend.cid(1)));
    }

    private NameReader reader(long asOf) {
        return new NameReader(applier.state().view(), journal::readFrom, asOf);
    }

    @Test
    void nobodySetsAPointerWhereHeadersAre() {
        Event pointer = AnAppend.pointer("a", 1).toBuilder()
                .setPointerSet(AnAppend.pointer("a", 1).getPointerSet().toBuilder()
                        .setAddress("ucxl://custody:header@any:any/*^/x"))
                .build();

        assertThat(refusal(operator(pointer)).reason()).isEqualTo(Reason.PERMISSION_DENIED);
    }

    @Test
    void aChangeOfAKeyComesWithoutHeaders() {
        AppendRequest mixed = AnAppend.withId(++id)
                .with(change(OLD, KeyState.KEY_STATE_ACTIVE))
                .with(header(1, OLD))
                .request();

        assertThat(refusal(as("operator/root", mixed)).reason()).isEqualTo(Reason.MALFORMED_REQUEST);
    }

    @Test
    void keysAndCountsSurviveASnapshot() throws IOException {
        rotated();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        applier.state().capture().writeTo(out);
        out.flush();

        applier = applier(IndexSnapshot.read(CodedInputStream.newInstance(bytes.toByteArray())));

        assertThat(refusal(operator(change(OLD, KeyState.KEY_STATE_RETIRED))).message())
                .contains("found 2");
    }

    @Test
    void readsASnapshotOfTheFormatWithoutKeys() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeUInt32NoTag(1);
        out.writeUInt64NoTag(0);
        out.writeUInt64NoTag(0);
        out.writeUInt32NoTag(0);
        out.writeUInt32NoTag(0);
        out.writeUInt32NoTag(64);
        out.writeUInt64NoTag(0);
        out.writeUInt32NoTag(0);
        out.writeUInt32NoTag(0);
        out.flush();

        applier = applier(IndexSnapshot.read(CodedInputStream.newInstance(bytes.toByteArray())));

        rotated();
        assertThat(applier.state().lastSequence()).isEqualTo(4);
    }
}

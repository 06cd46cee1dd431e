package beacon.node.custody;

import beacon.index.client.BeaconClient;
import beacon.keys.envelope.Header;
import beacon.keys.records.BadRecordException;
import beacon.keys.records.KeyKind;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.model.Address;
import beacon.model.Cid;
import beacon.model.CustodyNames;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.Event;
import beacon.proto.v1.HeaderSet;
import beacon.proto.v1.HistoryReply;
import beacon.proto.v1.HistoryRequest;
import beacon.proto.v1.KeyRecorded;
import beacon.proto.v1.KeyState;
import beacon.proto.v1.KeyStateChanged;
import beacon.proto.v1.ListReply;
import beacon.proto.v1.ListRequest;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.RecordedEvent;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Keys and headers of artifacts on the log, for writers, readers and operators. Safe for many threads. */
public final class KeyLog {
    private static final int PAGE = 256;
    /** Events about one header: it and some decisions that mention it. */
    private static final int STEPS = 16;

    private final BeaconClient client;

    public KeyLog(BeaconClient client) {
        this.client = client;
    }

    /** Where an artifact's header is of which key. */
    public record Placed(Cid manifest, long revision, ByteString keyId) {}

    /** One page of all headers; the token of the next is empty after the last. */
    public record Page(List<Placed> headers, String nextToken) {
        public Page {
            headers = List.copyOf(headers);
        }
    }

    /** A header with its revision, which the next one has to expect. */
    public record Found(Header header, long revision, ByteString keyId) {}

    /**
     * From here on writers seal to this key.
     *
     * @param replaces the key that was active, which from here on only opens; empty for the first of its kind
     */
    public Accepted activate(KeyRecord record, ByteString replaces, String reason) {
        Event recorded = Event.newBuilder()
                .setKeyRecorded(KeyRecorded.newBuilder()
                        .setKeyId(record.keyId())
                        .setEpoch(record.key().epoch())
                        .setRecord(ByteString.copyFrom(RecordCodec.toBytes(record))))
                .build();
        Event changed = Event.newBuilder()
                .setKeyStateChanged(KeyStateChanged.newBuilder()
                        .setKeyId(record.keyId())
                        .setState(KeyState.KEY_STATE_ACTIVE)
                        .setDropBox(record.plan().keyKind() == KeyKind.DROP_BOX)
                        .setReplaces(replaces)
                        .setReason(reason))
                .build();
        return BeaconClient.await(client.append(List.of(recorded, changed), List.of()));
    }

    /**
     * Changes the state of a key that was active once. A retired key opens nothing any more, and becomes so only when no
     * artifact has its header of it; a destroyed one whatever there is.
     */
    public Accepted change(ByteString keyId, KeyState state, String reason) {
        return BeaconClient.await(client.append(Event.newBuilder()
                .setKeyStateChanged(KeyStateChanged.newBuilder()
                        .setKeyId(keyId)
                        .setState(state)
                        .setReason(reason))
                .build()));
    }

    /** The last change of a key's own state; a key that another replaced still says active here. */
    public Optional<KeyState> lastChange(ByteString keyId) {
        return events(BeaconClient.await(page(CustodyNames.key(keyId), ""))).stream()
                .map(RecordedEvent::getEvent)
                .filter(Event::hasKeyStateChanged)
                .map(event -> event.getKeyStateChanged().getState())
                .findFirst();
    }

    /** Headers in the order of their artifacts, from one moment of the log. */
    public Page headers(String token) {
        ListReply reply = BeaconClient.await(client.list(ListRequest.newBuilder()
                .setPrefix(CustodyNames.HEADERS)
                .setPageSize(PAGE)
                .setPageToken(token)
                .build()));
        List<Placed> placed = new ArrayList<>();
        reply.getPointersList()
                .forEach(pointer -> CustodyNames.manifest(Address.parse(pointer.getAddress()))
                        .ifPresent(manifest -> placed.add(
                                new Placed(manifest, pointer.getRevision(), CustodyNames.keyId(pointer.getCid())))));
        return new Page(placed, reply.getNextPageToken());
    }

    /** The present header of an artifact. */
    public Optional<Found> header(Cid manifest) {
        return present(BeaconClient.await(findHeader(manifest)));
    }

    /** What {@link #present} finds the present header of an artifact in. */
    CompletableFuture<HistoryReply> findHeader(Cid manifest) {
        return page(CustodyNames.header(manifest), "");
    }

    /** @throws beacon.keys.envelope.AgeException when it is none */
    static Optional<Found> present(HistoryReply reply) {
        return events(reply).stream()
                .filter(recorded -> recorded.getEvent().hasHeaderSet()
                        || recorded.getEvent().hasHeaderErased())
                .findFirst()
                .filter(recorded -> recorded.getEvent().hasHeaderSet())
                .map(recorded -> {
                    HeaderSet set = recorded.getEvent().getHeaderSet();
                    Header header = Header.parse(set.getHeader().toByteArray());
                    return new Found(header, recorded.getRevision(), set.getKeyId());
                });
    }

    /**
     * All headers that an artifact ever had, the newest first.
     *
     * @param newest what {@link #findHeader} found
     */
    List<HeaderSet> everyHeader(Cid manifest, HistoryReply newest) {
        List<HeaderSet> headers = new ArrayList<>();
        HistoryReply page = newest;
        while (true) {
            events(page).stream()
                    .map(RecordedEvent::getEvent)
                    .filter(Event::hasHeaderSet)
                    .forEach(event -> headers.add(event.getHeaderSet()));
            if (page.getNextPageToken().isEmpty()) {
                return headers;
            }
            page = BeaconClient.await(page(CustodyNames.header(manifest), page.getNextPageToken()));
        }
    }

    /** The newest record of a key that follows a known one, as far as the log has heard of it. */
    public KeyRecord newest(KeyRecord known) {
        TreeMap<Integer, List<KeyRecord>> later = new TreeMap<>();
        String token = "";
        do {
            HistoryReply reply = BeaconClient.await(page(CustodyNames.key(known.keyId()), token));
            events(reply)
                    .forEach(recorded -> later(recorded, known)
                            .ifPresent(
                                    record -> later.computeIfAbsent(record.key().epoch(), epoch -> new ArrayList<>())
                                            .add(record)));
            token = reply.getNextPageToken();
        } while (!token.isEmpty());
        KeyRecord newest = known;
        for (List<KeyRecord> candidates : later.values()) {
            KeyRecord before = newest;
            newest = candidates.stream()
                    .filter(record -> record.follows(before))
                    .findFirst()
                    .orElse(before);
        }
        return newest;
    }

    /** Anybody who may write to the log may write nonsense there. */
    private static Optional<KeyRecord> later(RecordedEvent recorded, KeyRecord known) {
        if (!recorded.getEvent().hasKeyRecorded()
                || recorded.getEvent().getKeyRecorded().getEpoch()
                        <= known.key().epoch()) {
            return Optional.empty();
        }
        try {
            return Optional.of(RecordCodec.ofBytes(
                    recorded.getEvent().getKeyRecorded().getRecord().toByteArray()));
        } catch (BadRecordException nonsense) {
            return Optional.empty();
        }
    }

    private CompletableFuture<HistoryReply> page(String addressKey, String token) {
        return client.history(HistoryRequest.newBuilder()
                .setAddress(Address.ofKey(addressKey).toString())
                .setPageSize(STEPS)
                .setPageToken(token)
                .build());
    }

    /** Newest first. */
    private static List<RecordedEvent> events(HistoryReply reply) {
        List<RecordedEvent> events = new ArrayList<>();
        try {
            for (ByteString bytes : reply.getEventsList()) {
                events.add(RecordedEvent.parseFrom(bytes));
            }
        } catch (InvalidProtocolBufferException damaged) {
            throw new IllegalStateException("expected recorded events, but found other bytes", damaged);
        }
        return events;
    }

    /**
     * Sets the header of an artifact, when it has so many so far.
     *
     * @param expectedRevision 0 for the first one
     */
    public CompletableFuture<Accepted> setHeader(Cid manifest, ByteString keyId, Header header, long expectedRevision) {
        Event event = Event.newBuilder()
                .setHeaderSet(HeaderSet.newBuilder()
                        .setManifestCid(manifest.bytes())
                        .setKeyId(keyId)
                        .setHeader(ByteString.copyFrom(header.encode())))
                .build();
        Precondition expected = Precondition.newBuilder()
                .setAddress(Address.ofKey(CustodyNames.header(manifest)).toString())
                .setExpectedRevision(expectedRevision)
                .build();
        return client.append(List.of(event), List.of(expected));
    }
}

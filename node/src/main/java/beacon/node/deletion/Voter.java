package beacon.node.deletion;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Cid;
import beacon.model.Reason;
import beacon.model.TombstoneVotes;
import beacon.node.deletion.ReleaseMemory.Place;
import beacon.proto.v1.Deletion;
import beacon.proto.v1.Event;
import beacon.proto.v1.GetDeletionReply;
import beacon.proto.v1.GetDeletionRequest;
import beacon.proto.v1.ListTombstonesReply;
import beacon.proto.v1.ListTombstonesRequest;
import beacon.proto.v1.QueryServiceGrpc;
import beacon.proto.v1.TombstoneVoted;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One storage node's part in deciding on deletions: signs for tombstones that it is designated for when nothing stands against
 * them, remembers what was released, and says so again when a restored log has forgotten it.
 */
final class Voter {
    private static final Logger LOG = LoggerFactory.getLogger(Voter.class);
    private static final int PAGE = 500;
    private static final long MICROS = 1_000;

    private final BeaconClient client;
    private final Holder node;
    private final Duration timeout;
    private final ReleaseMemory memory;
    private long restoredMicros;

    Voter(BeaconClient client, Holder node, Duration timeout) {
        this.client = client;
        this.node = node;
        this.timeout = timeout;
        this.memory = new ReleaseMemory(node.releases());
    }

    Holder node() {
        return node;
    }

    Place place() {
        return memory.place();
    }

    /**
     * Votes, and reads what was released since it last looked.
     *
     * @throws ClientException when the index does not answer
     */
    void look() {
        vote();
        remember();
    }

    private void vote() {
        String token = "";
        do {
            ListTombstonesReply page = tombstones(ListTombstonesRequest.newBuilder()
                    .setVoter(node.id().bytes())
                    .setPageSize(PAGE)
                    .setPageToken(token));
            for (Deletion deletion : page.getDeletionsList()) {
                // Judged again here: a member that is wrong about it has to find others that are.
                if (deletion.getLiveAddressesCount() == 0
                        && deletion.getHoldsCount() == 0
                        && deletion.getTombstone().getProposedSequence() > 0) {
                    vote(
                            deletion.getTombstone().getManifestCid(),
                            deletion.getTombstone().getProposedSequence());
                }
            }
            token = page.getNextPageToken();
        } while (!token.isEmpty());
    }

    private void vote(ByteString manifest, long proposal) {
        ByteString id = node.id().bytes();
        byte[] message = TombstoneVotes.toSign(manifest, id, proposal);
        Event vote = Event.newBuilder()
                .setTombstoneVoted(TombstoneVoted.newBuilder()
                        .setManifestCid(manifest)
                        .setNodeId(id)
                        .setProposal(proposal)
                        .setSignature(node.signer().sign(ByteString.copyFrom(message))))
                .build();
        try {
            BeaconClient.await(client.append(List.of(vote), List.of()));
            LOG.info("event=tombstone_voted node={} cid={} proposal={}", node.id(), Cid.of(manifest), proposal);
        } catch (ClientException e) {
            Reason reason = e.refusal().reason();
            if (reason != Reason.TOMBSTONE_FORBIDS && reason != Reason.UNKNOWN_ADDRESS) {
                throw e;
            }
            // Withdrawn, held or decided meanwhile.
            LOG.debug("event=tombstone_vote_not_taken node={} reason=\"{}\"", node.id(), e.getMessage());
        }
    }

    private void remember() {
        Place before = memory.place();
        long released = before.released();
        List<ByteString> mine = new ArrayList<>();
        ListTombstonesReply page;
        do {
            page = tombstones(ListTombstonesRequest.newBuilder()
                    .setReleased(true)
                    .setReleasedAfter(released)
                    .setPageSize(PAGE));
            if (page.getRestoredSequence() != before.restored()) {
                restored(page);
                return;
            }
            for (Deletion deletion : page.getDeletionsList()) {
                released = Math.max(released, deletion.getTombstone().getReleasedSequence());
                if (deletion.getDesignatedList().contains(node.id().bytes())) {
                    mine.add(deletion.getTombstone().getManifestCid());
                }
            }
        } while (!page.getNextPageToken().isEmpty());
        restoredMicros = page.getRestoredUnixMicros();
        memory.remember(mine, new Place(released, before.restored(), before.swept()));
    }

    /** The log was restored: what it has forgotten is said again, and the releases are read from their beginning. */
    private void restored(ListTombstonesReply page) {
        long[] again = {0};
        memory.forEach(manifest -> {
            GetDeletionRequest request = GetDeletionRequest.newBuilder()
                    .setManifestCid(manifest.bytes())
                    .build();
            GetDeletionReply known = BeaconClient.await(
                    client.<GetDeletionReply>read((channel, observer) -> QueryServiceGrpc.newStub(channel)
                            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .getDeletion(request, observer)));
            if (known.getPinned()) {
                vote(manifest.bytes(), 0);
                again[0]++;
            }
        });
        LOG.info(
                "event=restore_seen node={} restored_sequence={} releases_said_again={}",
                node.id(),
                page.getRestoredSequence(),
                again[0]);
        restoredMicros = page.getRestoredUnixMicros();
        memory.remember(List.of(), new Place(0, page.getRestoredSequence(), 0));
    }

    private ListTombstonesReply tombstones(ListTombstonesRequest.Builder request) {
        return BeaconClient.await(
                client.<ListTombstonesReply>read((channel, observer) -> QueryServiceGrpc.newStub(channel)
                        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .listTombstones(request.build(), observer)));
    }

    /** Whether the last restore is longer ago than this. */
    boolean maySweep(Instant now, Duration afterRestore) {
        Instant restored = Instant.ofEpochMilli(restoredMicros / MICROS);
        if (restoredMicros == 0 || now.isAfter(restored.plus(afterRestore))) {
            return true;
        }
        LOG.info("event=sweep_put_off node={} reason=\"the log was restored at {}\"", node.id(), restored);
        return false;
    }

    /** The log had this sequence when a sweep ended. */
    void swept(long sequence) {
        Place before = memory.place();
        memory.remember(List.of(), new Place(before.released(), before.restored(), sequence));
    }
}

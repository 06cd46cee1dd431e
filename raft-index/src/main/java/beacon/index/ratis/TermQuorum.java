package beacon.index.ratis;

import beacon.index.tls.TlsFiles;
import beacon.proto.v1.ClusterServiceGrpc;
import beacon.proto.v1.GetTermReply;
import beacon.proto.v1.GetTermRequest;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * Confirms that this member leads now, by asking a majority for their terms. Whoever was elected later has put a majority
 * into a later term before, so a majority that is still in ours, asked after a read arrived, proves that nothing was
 * acknowledged elsewhere before that read. No clock is trusted and nothing is written.
 *
 * <p>The reads of Ratis alone do not prove it: with the commit index unchanged since the last confirmation they ask
 * nobody, and a leader that slept through an election answers with old data (docs/adr/0008).
 */
final class TermQuorum implements AutoCloseable {
    /** Questions to one member that may be open: one that stands still must not gather them. */
    private static final int MAX_OPEN = 64;

    private final MemberSettings settings;
    private final @Nullable TlsFiles tls;
    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private record Peer(ManagedChannel channel, ClusterServiceGrpc.ClusterServiceStub stub, AtomicInteger open) {}

    TermQuorum(MemberSettings settings) {
        this.settings = settings;
        this.tls = settings.tls();
    }

    /**
     * Begins a poll now; an answer that was given to an earlier poll does not count.
     *
     * @return true when this member led its term at the time of this call or later; false when it did not or when too few
     *     members answered within two election timeouts
     */
    CompletionStage<Boolean> confirm(RaftServer.Division division) {
        // In this order: a leader that steps down between these lines is in a later term than the one it asks about.
        long term = division.getInfo().getCurrentTerm();
        if (!division.getInfo().isLeader() || closed) {
            return CompletableFuture.completedFuture(false);
        }
        RaftConfiguration members = division.getRaftConf();
        Map<String, RaftPeer> voters = new ConcurrentHashMap<>();
        Stream.concat(members.getCurrentPeers().stream(), members.getPreviousPeers().stream())
                .forEach(peer -> voters.put(peer.getId().toString(), peer));
        TermPoll poll = new TermPoll(term, List.of(ids(members.getCurrentPeers()), ids(members.getPreviousPeers())));
        forgetOthers(voters.values());
        voters.forEach((id, peer) -> {
            if (id.equals(settings.memberId())) {
                poll.answered(id, division.getInfo().getCurrentTerm());
            } else {
                ask(id, peer.getClientAddress(), poll);
            }
        });
        return poll.result().thenApply(agreed -> agreed && division.getInfo().getCurrentTerm() == term);
    }

    private static List<String> ids(Collection<RaftPeer> peers) {
        return peers.stream().map(peer -> peer.getId().toString()).toList();
    }

    private void ask(String id, String address, TermPoll poll) {
        Peer peer = peers.computeIfAbsent(address, this::open);
        if (peer.open().incrementAndGet() > MAX_OPEN) {
            peer.open().decrementAndGet();
            poll.failed(id);
            return;
        }
        // Not in the context of the call that waits for this: the answer to one read must not end the poll of the next.
        Context.ROOT.run(() -> peer.stub()
                .withDeadlineAfter(2 * settings.electionTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .getTerm(
                        GetTermRequest.newBuilder()
                                .setClusterId(settings.clusterId())
                                .build(),
                        new Answer(id, peer, poll)));
    }

    private record Answer(String id, Peer peer, TermPoll poll) implements StreamObserver<GetTermReply> {
        @Override
        public void onNext(GetTermReply reply) {
            poll.answered(id, reply.getTerm());
        }

        @Override
        public void onError(Throwable failure) {
            peer.open().decrementAndGet();
            poll.failed(id);
        }

        @Override
        public void onCompleted() {
            peer.open().decrementAndGet();
        }
    }

    private Peer open(String address) {
        ManagedChannel channel = MemberChannels.open(address, tls);
        return new Peer(channel, ClusterServiceGrpc.newStub(channel), new AtomicInteger());
    }

    private void forgetOthers(Collection<RaftPeer> voters) {
        if (peers.size() < voters.size()) {
            return;
        }
        peers.entrySet().removeIf(known -> {
            boolean gone =
                    voters.stream().noneMatch(peer -> peer.getClientAddress().equals(known.getKey()));
            if (gone) {
                known.getValue().channel().shutdownNow();
            }
            return gone;
        });
    }

    @Override
    public void close() {
        closed = true;
        peers.values().forEach(peer -> peer.channel().shutdownNow());
    }
}

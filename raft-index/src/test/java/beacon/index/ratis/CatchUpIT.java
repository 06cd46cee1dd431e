package beacon.index.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.client.BeaconClient;
import beacon.index.journal.file.JournalOptions;
import beacon.index.log.AnAppend;
import beacon.index.ratis.MemberSettings.MemberAddress;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.IndexServiceGrpc;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatchUpIT {
    @TempDir
    Path directory;

    /** Snapshots every 200 events and short journal files, so that the Raft log is purged soon. */
    private static MemberSettings small(MemberSettings settings) {
        return small(settings, settings.electionTimeout());
    }

    private static MemberSettings small(MemberSettings settings, Duration electionTimeout) {
        return new MemberSettings(
                settings.clusterId(),
                settings.memberId(),
                settings.members(),
                settings.dataDirectory(),
                settings.raftListenHost(),
                settings.raftListenPort(),
                null,
                electionTimeout,
                1 << 12,
                200,
                1 << 20,
                new JournalOptions(8, 1 << 16, 1 << 20));
    }

    private static void append(BeaconClient client, int from, int to) {
        List<CompletableFuture<Accepted>> results = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            results.add(
                    client.append(AnAppend.withId(i).pointing("p" + i % 50, i).request()));
            if (results.size() == 100) {
                results.forEach(BeaconClient::await);
                results.clear();
            }
        }
        results.forEach(BeaconClient::await);
    }

    /** Fifty megabytes: more than the Raft log keeps after a snapshot. */
    private static void appendLarge(BeaconClient client, int from, int to) {
        for (int i = from; i <= to; i++) {
            BeaconClient.await(client.append(
                    AnAppend.withId(i).deciding("p" + i % 50, 50_000).request()));
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitSameHistory(TestCluster cluster, long sequence) {
        TestCluster.await(() -> cluster.ids().stream()
                .allMatch(id -> cluster.member(id).status().lastSequence() == sequence));
        assertThat(cluster.ids())
                .extracting(id -> cluster.member(id).status().treeRoot())
                .containsOnly(cluster.member(cluster.ids().get(0)).status().treeRoot());
    }

    @Test
    void memberWhoseEntriesWerePurgedFetchesStateAndHistory() {
        try (TestCluster cluster = TestCluster.start(directory, 3, CatchUpIT::small);
                BeaconClient client = cluster.client()) {
            append(client, 1, 300);
            String away = cluster.ids().stream()
                    .filter(id -> !id.equals(cluster.awaitLeader()))
                    .findFirst()
                    .orElseThrow();
            cluster.stop(away);
            appendLarge(client, 301, 1_300);

            cluster.restart(away);

            awaitSameHistory(cluster, 1_300);
            assertThat(cluster.member(away).catchUps()).isEqualTo(1);
        }
    }

    @Test
    void wipedMemberIsBackInStepByItself() {
        try (TestCluster cluster = TestCluster.start(directory, 3, CatchUpIT::small);
                BeaconClient client = cluster.client()) {
            append(client, 1, 3_000);
            String wiped = cluster.awaitLeader();
            cluster.stop(wiped);
            append(client, 3_001, 3_100);
            delete(cluster.dataDirectory(wiped));

            cluster.restart(wiped);

            append(client, 3_101, 3_200);
            awaitSameHistory(cluster, 3_200);
        }
    }

    @Test
    void membersAreAddedReplacedAndRemovedWhileAppendsGoOn() {
        try (TestCluster cluster = TestCluster.start(directory, 3, CatchUpIT::small);
                BeaconClient client = cluster.client()) {
            append(client, 1, 1_000);
            MemberAddress fourth = cluster.addMember("m4");
            String leader = cluster.awaitLeader();

            cluster.member(leader).membership().add(fourth);
            append(client, 1_001, 1_100);
            awaitSameHistory(cluster, 1_100);
            String leaving = cluster.ids().stream()
                    .filter(id -> !id.equals(cluster.awaitLeader()))
                    .findFirst()
                    .orElseThrow();
            List<MemberAddress> left =
                    cluster.member(cluster.awaitLeader()).membership().remove(leaving);
            append(client, 1_101, 1_200);

            assertThat(left).hasSize(3).noneMatch(member -> member.id().equals(leaving));
            cluster.stop(leaving);
            awaitSameHistory(cluster, 1_200);
        }
    }

    /** See {@link StallWatch}: Ratis alone leaves this member behind for good. */
    @Test
    void memberWhoseLogEndsInALostTermWhereTheLeadersBeginsIsBackInStep() {
        try (TestCluster cluster = TestCluster.start(directory, 3, CatchUpIT::patient)) {
            try (BeaconClient client = cluster.client()) {
                append(client, 1, 300);
            }
            String old = cluster.awaitLeader();
            awaitSameHistory(cluster, 300);
            List<String> others =
                    cluster.ids().stream().filter(id -> !id.equals(old)).toList();
            others.forEach(cluster::stop);
            long lost = appendInVain(cluster.member(old), cluster.address(old));
            cluster.stop(old);

            // The next leader begins its term, and with it a file of its log, at the index of the lost entry.
            others.forEach(cluster::restart);
            try (BeaconClient client = cluster.client()) {
                for (int i = 301; i <= 900; i++) {
                    BeaconClient.await(client.append(
                            AnAppend.withId(i).pointing("p" + i % 50, i).request()));
                }
            }
            RaftLog log = raftLog(cluster.member(cluster.awaitLeader()));
            TestCluster.await(() -> log.getStartIndex() == lost);
            cluster.restart(old);

            awaitSameHistory(cluster, 900);
            assertThat(cluster.member(old).catchUps()).isEqualTo(1);
        }
    }

    /** The next leader cannot commit without this member, and has no reason to tell it to use what it installed. */
    @Test
    void installedStateIsUsedAlsoWhenTheLeaderThatAskedForItIsGone() throws IOException {
        try (TestCluster cluster = TestCluster.start(directory, 3, UnaryOperator.identity());
                BeaconClient client = cluster.client()) {
            for (int i = 1; i <= 20; i++) {
                append(client, i, i);
            }
            awaitSameHistory(cluster, 20);
            String leader = cluster.awaitLeader();
            String follower = cluster.ids().stream()
                    .filter(id -> !id.equals(leader))
                    .findFirst()
                    .orElseThrow();

            fetchUnasked(cluster, follower, leader);
            TestCluster.await(() -> cluster.member(follower).catchUps() == 1);
            cluster.stop(leader);

            append(client, 21, 40);
            awaitSameHistory(cluster, 40);
        }
    }

    /** Sends a member what a leader sends to one that is too far behind, though it is not. */
    private static void fetchUnasked(TestCluster cluster, String member, String leader) throws IOException {
        RaftServer.Division division = cluster.member(member).membership().division();
        long term = division.getInfo().getCurrentTerm();
        StallWatch.notify(
                division, Membership.peerId(leader), term, division.getRaftLog().getNextIndex() - 1);
    }

    /** Nobody else can lead, as the third is behind, and this one cannot apply what came while it fetched. */
    @Test
    void installedStateIsUsedAlsoByTheMemberThatCameToLead() throws IOException {
        try (TestCluster cluster = TestCluster.start(directory, 3, UnaryOperator.identity());
                BeaconClient client = cluster.client()) {
            append(client, 1, 20);
            awaitSameHistory(cluster, 20);
            String leader = cluster.awaitLeader();
            List<String> followers =
                    cluster.ids().stream().filter(id -> !id.equals(leader)).toList();
            String next = followers.get(0);
            String behind = followers.get(1);
            cluster.stop(behind);
            append(client, 21, 40);
            TestCluster.await(() -> cluster.member(next).status().lastSequence() == 40);

            StallWatch watch = cluster.member(next).stallWatch();
            watch.close();
            fetchUnasked(cluster, next, leader);
            TestCluster.await(() -> cluster.member(next).catchUps() == 1);
            cluster.stop(leader);
            cluster.restart(behind);
            DivisionInfo info = cluster.member(next).membership().division().getInfo();
            TestCluster.await(info::isLeader);

            CompletableFuture<Accepted> answer =
                    client.append(AnAppend.withId(41).pointing("p", 1).request());
            for (int look = 0; look < 5; look++) {
                watch.look();
            }
            BeaconClient.await(answer);
            append(client, 42, 60);
            awaitSameHistory(cluster, 60);
            cluster.restart(leader);
            awaitSameHistory(cluster, 60);
        }
    }

    /** See {@link RaftLogFiles}: Ratis alone refuses everything that a leader sends to this member, forever. */
    @Test
    void memberKilledBeforeItUsedWhatItFetchedFollowsAgain() {
        try (TestCluster cluster = TestCluster.start(directory, 3, CatchUpIT::small);
                BeaconClient client = cluster.client()) {
            append(client, 1, 100);
            awaitSameHistory(cluster, 100);
            String leader = cluster.awaitLeader();
            String killed = cluster.ids().stream()
                    .filter(id -> !id.equals(leader))
                    .findFirst()
                    .orElseThrow();
            cluster.stop(killed);
            append(client, 101, 400);

            MemberStorage storage = MemberStorage.open(cluster.settings(killed), TestKeys.signer("test"));
            new ExportCatchUp(null).from(cluster.address(leader).clientAddress(), storage);
            storage.close();
            // The next leader begins with the entry behind what was fetched, and cannot commit without this member.
            cluster.stop(leader);
            cluster.restart(killed);
            append(client, 401, 500);

            cluster.restart(leader);
            awaitSameHistory(cluster, 500);
        }
    }

    /** A leader that nobody follows leads long enough to take an append. */
    private static MemberSettings patient(MemberSettings settings) {
        return small(settings, Duration.ofSeconds(3));
    }

    /** Returns the index of an entry that only this leader has, the last of its log. */
    private static long appendInVain(IndexMember leader, MemberAddress address) {
        RaftLog log = raftLog(leader);
        long next = log.getNextIndex();
        ManagedChannel channel = MemberChannels.open(address.clientAddress(), null);
        try {
            Future<Accepted> unanswered = IndexServiceGrpc.newFutureStub(channel)
                    .append(AnAppend.withId(9_999).pointing("lost", 1).request());
            TestCluster.await(() -> log.getNextIndex() > next);
            assertThat(log.getNextIndex()).isEqualTo(next + 1);
            assertThat(log.getLastCommittedIndex()).isLessThan(next);
            assertThat(unanswered.isDone()).isFalse();
            return next;
        } finally {
            channel.shutdownNow();
        }
    }

    private static RaftLog raftLog(IndexMember member) {
        return member.membership().division().getRaftLog();
    }
}

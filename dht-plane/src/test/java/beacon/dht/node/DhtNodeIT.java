package beacon.dht.node;

import static beacon.dht.node.DhtNodes.await;
import static beacon.dht.node.DhtNodes.awaitPeers;
import static beacon.dht.node.DhtNodes.awaitTrue;
import static beacon.dht.node.DhtNodes.peer;
import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.Providers;
import beacon.dht.libp2p.Limits;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with sockets, loops and files do what the step functions promise. */
class DhtNodeIT {
    private static final KadConfig ALONE = KadConfig.server(KadConfig.BEACON, List.of());

    @TempDir
    Path directory;

    private final DhtNodes nodes = new DhtNodes();

    @AfterEach
    void stop() {
        nodes.close();
    }

    private static int tableSize(DhtNode node) {
        return await(node.ask(() -> node.kademlia().table().size()));
    }

    @Test
    void threeNodesFindEachOtherAndEachOthersContents() {
        DhtNode first = nodes.start();
        DhtNode second = nodes.start(peer(first));
        DhtNode third = nodes.start(peer(first));
        nodes.all().forEach(node -> awaitPeers(node, 2));
        ByteString content = nodes.content();

        assertThat(await(second.call(() -> second.service().provide(content))).stored())
                .isEqualTo(2);
        Providers found = await(third.call(() -> third.kademlia().findProviders(content, 1)));

        assertThat(found.peers())
                .extracting(KadPeer::id)
                .containsExactly(second.host().id());
        assertThat(found.peers().get(0).addresses()).isEqualTo(second.host().listenAddresses());
    }

    @Test
    void aClientFindsButServesNobody() {
        DhtNode first = nodes.start();
        DhtNode second = nodes.start(peer(first));
        DhtNode client = nodes.start(
                Optional.empty(),
                KadConfig.server(KadConfig.BEACON, List.of(peer(first))).asClient());
        await(client.joined());
        ByteString content = nodes.content();
        await(second.call(() -> second.service().provide(content)));

        assertThat(await(client.call(() -> client.kademlia().findProviders(content, 1)))
                        .peers())
                .hasSize(1);
        assertThat(await(client.ask(() -> client.host().protocols()))).doesNotContain(KadConfig.BEACON);
        assertThat(await(first.ask(
                        () -> first.kademlia().table().contains(client.host().id()))))
                .isFalse();
    }

    @Test
    void aRestartKeepsNamePeersRecordsAndSchedule() {
        DhtNode kept = nodes.start(Optional.of(directory), ALONE);
        DhtNode other = nodes.start(peer(kept));
        PeerId name = kept.host().id();
        Multiaddr address = kept.host().listenAddresses().get(0);
        awaitPeers(kept, 1);
        awaitPeers(other, 1);
        ByteString theirs = nodes.content();
        ByteString ours = nodes.content();
        await(other.call(() -> other.service().provide(theirs)));
        assertThat(await(kept.call(() -> kept.service().provide(ours))).stored())
                .isEqualTo(1);
        awaitTrue(
                "the record of the other one",
                () -> await(kept.ask(() -> kept.kademlia().provides(theirs))));

        nodes.stop(kept);
        DhtNode again = nodes.start(Optional.of(directory), ALONE, address);
        awaitPeers(again, 1);

        assertThat(again.host().id()).isEqualTo(name);
        assertThat(await(again.ask(() -> again.kademlia().provides(theirs)))).isTrue();
        assertThat(await(again.ask(() -> again.service().providing().schedule().size())))
                .isEqualTo(1);
        assertThat(await(again.ask(() -> again.service().providing().schedule().nextDue())))
                .as("announced before the restart, so not due now")
                .hasValueSatisfying(due -> assertThat(due).isAfter(java.time.Instant.now()));
    }

    @Test
    void atAnotherAddressANodeAnnouncesByItselfWhereItIsNow() {
        DhtNode before = nodes.start(Optional.of(directory), ALONE);
        DhtNode other = nodes.start(peer(before));
        awaitPeers(before, 1);
        ByteString content = nodes.content();
        await(before.call(() -> before.service().provide(content)));

        nodes.stop(before);
        DhtNode after = nodes.start(Optional.of(directory), ALONE);

        awaitTrue(
                "a record with the new address",
                () -> await(other.call(() -> other.kademlia().findProviders(content, 1))).peers().stream()
                        .anyMatch(found -> found.addresses().equals(after.host().listenAddresses())));
    }

    @Test
    void whatIsKeptIsAnnouncedWithItsRegionAsSoonAsThereIsSomebodyToTell() {
        DhtNode node = nodes.start();
        await(node.joined());
        List<ByteString> contents = Stream.generate(nodes::content).limit(300).toList();
        await(node.ask(() -> contents.stream().filter(node.service()::keep).count()));
        DhtNode other = nodes.start();

        await(node.call(() -> node.service().meet(List.of(peer(other)))));

        awaitTrue(
                "records of everything",
                () -> await(other.ask(() -> other.kademlia().providerRecords())) == contents.size());
        awaitTrue(
                "a good margin",
                () -> await(node.ask(() -> node.service().smallestMargin().orElseThrow()))
                                .compareTo(Duration.ofHours(47))
                        > 0);
        assertThat(await(node.metrics()).counters().get("provide_regions")).isLessThan(10);
    }

    @Test
    void othersAreToldTheAdvertisedAddressAndNotTheWildcard() {
        Multiaddr advertised = Multiaddr.parse("/ip4/127.0.0.1/tcp/9");
        DhtNode first = nodes.start();
        try (DhtNode second = DhtNode.start(new DhtConfig(
                Optional.empty(),
                List.of(Multiaddr.parse("/ip4/0.0.0.0/tcp/0")),
                Limits.forLoopback(),
                KadConfig.server(KadConfig.BEACON, List.of(peer(first))),
                DhtConfig.Upkeep.DEFAULT,
                "beacon-test",
                List.of(advertised)))) {
            awaitPeers(second, 1);
            ByteString content = nodes.content();
            await(second.call(() -> second.service().provide(content)));

            awaitTrue("a record", () -> await(first.ask(() -> first.kademlia().provides(content))));
            assertThat(await(first.call(() -> first.kademlia().findProviders(content, 1)))
                            .peers())
                    .containsExactly(new KadPeer(second.host().id(), List.of(advertised)));
        }
    }

    @Test
    void whatIsAnnouncedIsOnDiskSoonAndNotOnlyAtTheEnd() {
        DhtNode node = nodes.start(Optional.of(directory), ALONE);

        await(node.call(() -> node.service().provide(nodes.content())).handle((told, alone) -> true));

        awaitTrue("a schedule on disk", () -> Files.exists(directory.resolve(DhtService.SCHEDULE_FILE)));
    }

    @Test
    void damagedFilesAreSetAsideAndTheNodeStartsWithoutThem() throws IOException {
        nodes.stop(nodes.start(Optional.of(directory), ALONE));
        for (String name : List.of(DhtService.STATE_FILE, DhtService.SCHEDULE_FILE)) {
            byte[] bytes = Files.readAllBytes(directory.resolve(name));
            bytes[0] ^= 1;
            Files.write(directory.resolve(name), bytes);
        }

        DhtNode again = nodes.start(Optional.of(directory), ALONE);
        await(again.joined());

        assertThat(tableSize(again)).isZero();
        assertThat(directory.resolve(DhtService.STATE_FILE + ".damaged")).exists();
        assertThat(directory.resolve(DhtService.SCHEDULE_FILE + ".damaged")).exists();
    }

    @Test
    void onlyTheOwnerMayReadTheKey() throws IOException {
        nodes.start(Optional.of(directory), ALONE);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("identity.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void metricsCountWhatHappened() {
        DhtNode first = nodes.start();
        DhtNode second = nodes.start(peer(first));
        awaitPeers(first, 1);
        awaitPeers(second, 1);
        await(second.call(() -> second.service().provide(nodes.content())));

        awaitTrue(
                "a record at the other node",
                () -> await(first.metrics()).gauges().getOrDefault("provider_records", 0.0) == 1);
        DhtMetrics numbers = await(second.metrics());

        assertThat(numbers.gauges())
                .containsEntry("routing_table_peers", 1.0)
                .containsEntry("contents", 1.0)
                .containsKeys("smallest_margin_seconds", "connections");
        assertThat(numbers.counters().get("rpcs_sent")).isPositive();
        assertThat(numbers.counters().get("queries")).isPositive();
        assertThat(numbers.counters().get("dials")).isEqualTo(1);
        assertThat(numbers.counters().get("bytes_out")).isPositive();
        // A query counts when it begins, and in the histogram when it has ended.
        assertThat(numbers.query().byHops().stream().mapToLong(Long::longValue).sum())
                .isBetween(1L, numbers.counters().get("queries"));
    }
}

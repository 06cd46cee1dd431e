package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KadServerTest {
    private static final Instant NOW = Instant.EPOCH.plusSeconds(1_000_000);
    private static final KadPeer SELF = peer(0);
    private static final ByteString CONTENT = ByteString.copyFromUtf8("some multihash");

    private final Validators validators = new Validators(Map.of("test", RecordValidator.GREATEST));
    private final KadConfig config = KadConfig.server(KadConfig.BEACON, List.of());
    private final RoutingTable table = new RoutingTable(KadKey.of(SELF.id()), 20, GroupLimits.NONE);
    private final ProviderStore providers = new ProviderStore(1_000, Duration.ofDays(2));
    private final ValueStore values = new ValueStore(10, Duration.ofDays(2), validators);
    private final KadServer server = new KadServer(
            config,
            table,
            providers,
            values,
            id -> id.equals(peer(99).id()) ? Optional.of(peer(99)) : Optional.empty());

    private static KadPeer peer(int number) {
        return RoutingTableTest.peer(number, "/ip4/10.0.0.%d/tcp/4001".formatted(number % 250 + 1));
    }

    private KadMessage ask(int from, KadMessage request) {
        return server.handle(peer(from).id(), request, NOW).orElseThrow();
    }

    @Test
    void namesTheKClosestWithoutTheAsker() {
        for (int i = 1; i <= 60; i++) {
            table.offer(peer(i), NOW);
        }

        List<KadPeer> closer = ask(5, KadMessage.findNode(CONTENT)).closer();

        assertThat(closer).hasSize(20).doesNotContain(peer(5));
        assertThat(closer)
                .isEqualTo(table.closest(KadKey.of(CONTENT), 21).stream()
                        .map(TableEntry::peer)
                        .filter(peer -> !peer.equals(peer(5)))
                        .limit(20)
                        .toList());
    }

    @Test
    void namesAKnownClientThatIsAskedForByName() {
        table.offer(peer(1), NOW);

        assertThat(ask(5, KadMessage.findNode(peer(99).id().bytes())).closer()).containsExactly(peer(99), peer(1));
    }

    @Test
    void keepsProviderRecordsOnlyOfThePeerThatSendsThem() {
        assertThat(server.handle(peer(1).id(), KadMessage.addProvider(CONTENT, peer(2)), NOW))
                .isEmpty();
        assertThat(providers.size()).isZero();

        assertThat(server.handle(peer(2).id(), KadMessage.addProvider(CONTENT, peer(2)), NOW))
                .isEmpty();

        assertThat(ask(5, KadMessage.getProviders(CONTENT)).providers()).containsExactly(peer(2));
    }

    @Test
    void dropsProvidersWithoutAddresses() {
        server.handle(peer(2).id(), KadMessage.addProvider(CONTENT, new KadPeer(peer(2).id(), List.of())), NOW);

        assertThat(providers.size()).isZero();
    }

    @Test
    void refusesAValueUnderAnotherKeyOrOfAnUnknownNamespace() {
        KadMessage mismatched = new KadMessage(
                KadMessage.Type.PUT_VALUE,
                ByteString.copyFromUtf8("/test/a"),
                Optional.of(new KadRecord(ByteString.copyFromUtf8("/test/b"), ByteString.EMPTY, "")),
                List.of(),
                List.of());

        assertRefused(mismatched);
        assertRefused(KadMessage.putValue(ByteString.copyFromUtf8("/other/a"), ByteString.EMPTY));
        assertRefused(KadMessage.putValue(ByteString.copyFromUtf8("no namespace"), ByteString.EMPTY));
        assertThat(values.size()).isZero();
    }

    @Test
    void keepsTheBetterValueAndSaysWhenItCame() {
        ByteString key = ByteString.copyFromUtf8("/test/a");
        ask(1, KadMessage.putValue(key, ByteString.copyFromUtf8("b")));

        assertRefused(KadMessage.putValue(key, ByteString.copyFromUtf8("a")));

        KadRecord record = ask(1, KadMessage.getValue(key)).record().orElseThrow();
        assertThat(record.value()).isEqualTo(ByteString.copyFromUtf8("b"));
        assertThat(Instant.parse(record.timeReceived())).isEqualTo(NOW);
    }

    @Test
    void refusesPingsEmptyKeysAndLongProviderKeys() {
        assertRefused(new KadMessage(KadMessage.Type.PING, CONTENT, Optional.empty(), List.of(), List.of()));
        assertRefused(KadMessage.findNode(ByteString.EMPTY));
        assertRefused(KadMessage.getProviders(ByteString.copyFrom(new byte[81])));
    }

    @Test
    void limitsTheRateOfAPeerAndOfNobodyElse() {
        int served = 0;
        for (int i = 0; i < 100_000; i++) {
            try {
                served += server.handle(peer(1).id(), KadMessage.findNode(CONTENT), NOW)
                                .isPresent()
                        ? 1
                        : 0;
            } catch (WireException tooMany) {
                assertThat(tooMany).hasMessageContaining("requests a second");
            }
        }

        assertThat(served).isEqualTo(config.limits().requestBurst());
        assertThat(ask(2, KadMessage.findNode(CONTENT)).closer()).isEmpty();
    }

    @Test
    void recordsByTheMillionStayWithinTheBoundAndDoNotPushOutThoseOfOthers() {
        providers.add(CONTENT, peer(1), NOW);
        for (int i = 0; i < 1_000_000; i++) {
            providers.add(ByteString.copyFromUtf8("key " + i), peer(2), NOW);
        }

        assertThat(providers.size()).isLessThanOrEqualTo(1_000);
        assertThat(providers.providers(CONTENT, NOW)).hasSize(1);
    }

    @Test
    void aContentHasABoundedNumberOfProviders() {
        for (int i = 1; i <= 500; i++) {
            providers.add(CONTENT, peer(i), NOW.plusSeconds(i));
        }

        List<PeerId> kept = providers.providers(CONTENT, NOW).stream()
                .map(record -> record.provider().id())
                .toList();
        assertThat(kept)
                .hasSize(ProviderStore.MAX_PROVIDERS_PER_KEY)
                .startsWith(peer(500).id());
    }

    @Test
    void aRecordThatIsRenewedLivesOn() {
        providers.add(CONTENT, peer(1), NOW);
        providers.add(CONTENT, peer(2), NOW);
        providers.add(CONTENT, peer(1), NOW.plus(Duration.ofHours(24)));

        assertThat(providers.providers(CONTENT, NOW.plus(Duration.ofHours(49))))
                .extracting(record -> record.provider().id())
                .containsExactly(peer(1).id());
        providers.expire(NOW.plus(Duration.ofHours(49)));
        assertThat(providers.size()).isEqualTo(1);
    }

    private void assertRefused(KadMessage request) {
        assertThatThrownBy(() -> server.handle(peer(1).id(), request, NOW)).isInstanceOf(WireException.class);
    }
}

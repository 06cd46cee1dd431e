package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProviderStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final Duration LIFE = Duration.ofDays(2);
    private final ProviderStore store = new ProviderStore(320, LIFE);

    private static ByteString key(int number) {
        return ByteString.copyFrom(ByteBuffer.allocate(4).putInt(number).array());
    }

    private static KadPeer peer(int number, String address) {
        byte[] key = ByteBuffer.allocate(36).putInt(0x08011220).putInt(number).array();
        return new KadPeer(PeerId.ofPublicKey(ByteString.copyFrom(key)), List.of(Multiaddr.parse(address)));
    }

    private static KadPeer peer(int number) {
        return peer(number, "/ip4/10.0.0.1/tcp/4001");
    }

    @Test
    void allRecordsOfAProviderHaveItsNewestAddresses() {
        store.add(key(1), peer(1, "/ip4/10.0.0.1/tcp/1"), NOW);
        store.add(key(2), peer(1, "/ip4/10.0.0.2/tcp/2"), NOW);

        assertThat(store.providers(key(1), NOW).get(0).provider()).isEqualTo(peer(1, "/ip4/10.0.0.2/tcp/2"));
    }

    @Test
    void ofTooManyProvidersOnlyTheLatestKeepTheirAddresses() {
        for (int i = 0; i < 100; i++) {
            store.add(key(i), peer(i), NOW);
        }

        assertThat(store.size()).isEqualTo(100);
        assertThat(store.providers(key(0), NOW).get(0).provider().addresses()).isEmpty();
        assertThat(store.providers(key(99), NOW).get(0).provider()).isEqualTo(peer(99));
        assertThat(store.all().stream()
                        .filter(record -> !record.provider().addresses().isEmpty()))
                .hasSize(32);
    }

    @Test
    void onePeerCannotPushOutTheRecordsOfOthers() {
        for (int i = 0; i < 160; i++) {
            store.add(key(i), peer(i), NOW);
        }
        for (int i = 0; i < 10_000; i++) {
            store.add(key(1_000 + i), peer(7_777), NOW);
        }

        assertThat(store.size()).isEqualTo(320);
        assertThat(store.providers(key(0), NOW)).hasSize(1);
        assertThat(store.providers(key(159), NOW)).hasSize(1);
    }

    @Property(tries = 300)
    void keepsWhatAListOfRecordsWouldKeep(@ForAll long seed) {
        Random random = new Random(seed);
        List<ProviderRecord> model = new ArrayList<>();
        ProviderStore small = new ProviderStore(1000, LIFE);
        for (int i = 0; i < 300; i++) {
            Instant now = NOW.plusSeconds(600L * i);
            ByteString key = key(random.nextInt(5));
            KadPeer provider = peer(random.nextInt(6));
            model.removeIf(record -> !record.expires().isAfter(now)
                    || (record.key().equals(key) && record.provider().equals(provider)));
            model.add(new ProviderRecord(key, provider, now.plus(LIFE)));

            assertThat(small.add(key, provider, now)).isTrue();

            assertThat(small.size()).isEqualTo(model.size());
            List<ProviderRecord> expected = new ArrayList<>(
                    model.stream().filter(record -> record.key().equals(key)).toList());
            Collections.reverse(expected);
            assertThat(small.providers(key, now)).isEqualTo(expected);
        }
        assertThat(small.all()).containsExactlyElementsOf(model);
    }

    @Test
    void ofManyProvidersOfAContentTheLatestAreKept() {
        for (int i = 0; i < 100; i++) {
            store.add(key(1), peer(i), NOW);
        }

        assertThat(store.providers(key(1), NOW))
                .hasSize(ProviderStore.MAX_PROVIDERS_PER_KEY)
                .extracting(record -> record.provider().id())
                .startsWith(peer(99).id())
                .endsWith(peer(36).id());
        assertThat(store.size()).isEqualTo(ProviderStore.MAX_PROVIDERS_PER_KEY);
    }

    @Test
    void whatExpiredIsForgottenWithItsProvider() {
        store.add(key(1), peer(1), NOW);
        store.add(key(2), peer(2), NOW.plusSeconds(60));

        store.expire(NOW.plus(LIFE));

        assertThat(store.size()).isEqualTo(1);
        assertThat(store.providers(key(1), NOW)).isEmpty();
        assertThat(store.all()).extracting(ProviderRecord::key).containsExactly(key(2));
    }
}

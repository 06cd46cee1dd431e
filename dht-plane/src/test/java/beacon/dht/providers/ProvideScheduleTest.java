package beacon.dht.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.kademlia.KadKey;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.Multihash;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ProvideScheduleTest {
    private static final Instant NOW = Instant.EPOCH.plus(Duration.ofDays(20_000));
    private static final Duration INTERVAL = Duration.ofHours(22);
    private static final Duration TIME_TO_LIVE = Duration.ofDays(2);

    private final ProvideSchedule schedule = new ProvideSchedule(INTERVAL, TIME_TO_LIVE, 10);

    private static ByteString content(int number) {
        return Multihash.sha256(ByteString.copyFromUtf8("content " + number)).bytes();
    }

    @Example
    void theMostOverdueComesFirstAndIsDueAgainAfterTheInterval() {
        schedule.add(content(1));
        schedule.add(content(2));
        schedule.announced(content(1), NOW.minus(INTERVAL));
        schedule.announced(content(2), NOW.minus(INTERVAL).plusSeconds(1));

        assertThat(schedule.mostUrgent(NOW))
                .hasValueSatisfying(entry -> assertThat(entry.multihash()).isEqualTo(content(1)));
        schedule.announced(content(1), NOW);
        assertThat(schedule.mostUrgent(NOW)).isEmpty();
        assertThat(schedule.nextDue()).contains(NOW.plusSeconds(1));
        assertThat(schedule.smallestMargin(NOW))
                .contains(TIME_TO_LIVE.minus(INTERVAL).plusSeconds(1));
    }

    @Example
    void takesOnlySha256SinceSomeServersSilentlyRefuseOtherKeys() {
        assertThat(schedule.add(new Multihash(Multihash.BLAKE3, ByteString.copyFrom(new byte[32])).bytes()))
                .isFalse();
        assertThat(schedule.size()).isZero();
    }

    @Example
    void isBounded() {
        for (int i = 0; i < 10; i++) {
            assertThat(schedule.add(content(i))).isTrue();
        }

        assertThat(schedule.add(content(10))).isFalse();
        schedule.remove(content(3));
        assertThat(schedule.add(content(10))).isTrue();
    }

    @Example
    void survivesARestartAndDistrustsTimesInTheFuture() {
        schedule.add(content(1));
        schedule.add(content(2));
        schedule.add(content(3));
        schedule.announced(content(1), NOW.minusSeconds(100));
        schedule.announced(content(2), NOW.plusSeconds(100));

        ProvideSchedule again = new ProvideSchedule(INTERVAL, TIME_TO_LIVE, 10);
        again.restore(schedule.encode(), NOW);

        assertThat(again.size()).isEqualTo(3);
        assertThat(again.in(new Region(KadKey.of(content(1)), 256)))
                .extracting(ProvideSchedule.Entry::announced)
                .containsExactly(NOW.minusSeconds(100));
        assertThat(again.in(new Region(KadKey.of(content(2)), 256)))
                .extracting(ProvideSchedule.Entry::announced)
                .containsExactly(Instant.EPOCH);
        assertThatThrownBy(() -> again.restore(ByteString.copyFromUtf8("damaged"), NOW))
                .isInstanceOf(WireException.class);
    }

    @Example
    void atAnotherAddressEverythingCountsAsNeverAnnounced() {
        Multiaddr before = Multiaddr.parse("/ip4/10.0.0.1/tcp/4001");
        Multiaddr after = Multiaddr.parse("/ip4/10.0.0.2/tcp/4001");
        schedule.reachedAt(List.of(before));
        schedule.add(content(1));
        schedule.announced(content(1), NOW);

        ProvideSchedule again = new ProvideSchedule(INTERVAL, TIME_TO_LIVE, 10);
        again.restore(schedule.encode(), NOW);

        assertThat(again.reachedAt(List.of(before))).isFalse();
        assertThat(again.mostUrgent(NOW)).isEmpty();
        assertThat(again.reachedAt(List.of(after))).isTrue();
        assertThat(again.mostUrgent(NOW))
                .hasValueSatisfying(entry -> assertThat(entry.announced()).isEqualTo(Instant.EPOCH));
        again.announced(content(1), NOW);
        assertThat(again.mostUrgent(NOW)).isEmpty();
    }

    @Example
    void keepsOnlyWhatIsWanted() {
        schedule.add(content(1));
        schedule.add(content(2));

        assertThat(schedule.keepOnly(content(2)::equals)).isEqualTo(1);

        assertThat(schedule.contains(content(1))).isFalse();
        assertThat(schedule.contains(content(2))).isTrue();
        assertThat(schedule.size()).isEqualTo(1);
    }

    @Property(tries = 500)
    void aRegionHoldsExactlyTheKeysThatShareItsPrefix(
            @ForAll int number, @ForAll int other, @ForAll @IntRange(max = 256) int bits) {
        KadKey point = KadKey.of(content(number));
        Region region = new Region(point, bits);
        KadKey key = bits == 256 ? KadKey.of(content(other)) : point.flip(bits);

        assertThat(region.contains(point)).isTrue();
        assertThat(region.first()).isLessThanOrEqualTo(point);
        assertThat(region.last()).isGreaterThanOrEqualTo(point);
        assertThat(region.contains(key))
                .isEqualTo(region.first().compareTo(key) <= 0 && region.last().compareTo(key) >= 0);
        assertThat(bits == 0 || !region.contains(point.flip(bits - 1))).isTrue();
    }
}

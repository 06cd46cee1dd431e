package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProviderSearchTest {
    private final ProviderSearch search = new ProviderSearch(2);

    private static PeerId id(int number) {
        return PeerId.ofPublicKey(ByteString.copyFromUtf8("a public key, as if: %d".formatted(number)));
    }

    private static Multiaddr address(int last) {
        return Multiaddr.parse("/ip4/10.0.0.%d/tcp/4001".formatted(last));
    }

    private void hear(int provider, Multiaddr... addresses) {
        search.addAll(List.of(new KadPeer(id(provider), List.of(addresses))), Duration.ZERO);
    }

    @Test
    void aProviderThatMovedIsFoundWhereItIsThoughAServerStillNamesWhereItWas() {
        hear(1, address(1));
        hear(1, address(2));
        hear(1, address(1), address(2));

        assertThat(search.known().peers())
                .singleElement()
                .satisfies(found -> assertThat(found.addresses()).containsExactly(address(1), address(2)));
    }

    @Test
    void whatWasHeardLastComesFirstAndOfTooManyAddressesTheFirstGo() {
        IntStream.rangeClosed(1, 40).forEach(i -> hear(1, address(i)));

        List<Multiaddr> addresses = search.known().peers().get(0).addresses();
        assertThat(addresses).hasSize(16).startsWith(address(40), address(39)).endsWith(address(25));
    }

    @Test
    void withEnoughProvidersAddressesOfTheseAreStillTaken() {
        hear(1);
        hear(2, address(2));
        hear(3, address(3));
        hear(1, address(1));

        assertThat(search.known().peers())
                .containsExactly(new KadPeer(id(1), List.of(address(1))), new KadPeer(id(2), List.of(address(2))));
    }
}

package beacon.dht.kademlia;

import java.util.List;

/**
 * Who has some content.
 *
 * @param peers in the order in which they were heard of
 * @param firstMillis until the first was heard of, 0 when it was known or there is none
 * @param messages requests sent
 * @param answered of them
 */
public record Providers(List<KadPeer> peers, long firstMillis, int messages, int answered) {
    public Providers {
        peers = List.copyOf(peers);
    }
}

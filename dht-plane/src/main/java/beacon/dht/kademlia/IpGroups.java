package beacon.dht.kademlia;

import beacon.dht.wire.AddressPart;
import beacon.dht.wire.Multiaddr;
import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Keeps one owner of addresses from filling a table: peers are counted by the /16 of their IPv4 and the /32 of their IPv6
 * addresses. Counting is of peers, so a peer counts once in each of its groups.
 */
final class IpGroups {
    private final TreeMap<String, Integer> counts = new TreeMap<>();

    /** The groups of some addresses; none for names and unknown protocols. */
    static Set<String> of(List<Multiaddr> addresses) {
        Set<String> groups = new TreeSet<>();
        for (Multiaddr address : addresses) {
            address.first(AddressPart.IP4).ifPresent(part -> groups.add(group("4:", part.value(), 2)));
            address.first(AddressPart.IP6).ifPresent(part -> groups.add(group("6:", part.value(), 4)));
        }
        return groups;
    }

    private static String group(String family, ByteString ip, int bytes) {
        return family + HexFormat.of().formatHex(ip.substring(0, bytes).toByteArray());
    }

    boolean hasRoom(Set<String> groups, int limit) {
        return groups.stream().allMatch(group -> counts.getOrDefault(group, 0) < limit);
    }

    void add(Set<String> groups) {
        groups.forEach(group -> counts.merge(group, 1, Integer::sum));
    }

    void remove(Set<String> groups) {
        groups.forEach(group -> counts.computeIfPresent(group, (name, count) -> count == 1 ? null : count - 1));
    }
}

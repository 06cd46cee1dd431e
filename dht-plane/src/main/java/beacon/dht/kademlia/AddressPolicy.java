package beacon.dht.kademlia;

import beacon.dht.wire.AddressPart;
import beacon.dht.wire.Multiaddr;
import com.google.protobuf.ByteString;
import java.util.List;

/** Which addresses a network keeps and tells: a public one must not spread private addresses, nor a LAN public ones. */
public enum AddressPolicy {
    /** All of them, for tests and for networks that mix. */
    ANY,
    PUBLIC,
    PRIVATE;

    /** The addresses that may be kept and told. */
    public List<Multiaddr> keep(List<Multiaddr> addresses) {
        return this == ANY
                ? addresses
                : addresses.stream().filter(this::isWanted).toList();
    }

    private boolean isWanted(Multiaddr address) {
        boolean isPrivate = address.first(AddressPart.IP4)
                        .filter(part -> isPrivate4(part.value()))
                        .isPresent()
                || address.first(AddressPart.IP6)
                        .filter(part -> isPrivate6(part.value()))
                        .isPresent();
        return (this == PRIVATE) == isPrivate;
    }

    /** RFC 6890: this network, private, shared, loopback, link-local, multicast and reserved ones. */
    private static boolean isPrivate4(ByteString ip) {
        int a = ip.byteAt(0) & 0xff;
        int b = ip.byteAt(1) & 0xff;
        return a == 0
                || a == 10
                || a == 127
                || a >= 224
                || (a == 100 && b >= 64 && b < 128)
                || (a == 169 && b == 254)
                || (a == 172 && b >= 16 && b < 32)
                || (a == 192 && b == 168);
    }

    /** Unspecified, loopback, unique local, link-local and multicast ones. */
    private static boolean isPrivate6(ByteString ip) {
        int a = ip.byteAt(0) & 0xff;
        int b = ip.byteAt(1) & 0xff;
        return a == 0 || a == 0xff || (a & 0xfe) == 0xfc || (a == 0xfe && (b & 0xc0) == 0x80);
    }
}

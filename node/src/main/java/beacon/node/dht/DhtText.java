package beacon.node.dht;

import beacon.dht.kademlia.KadPeer;
import beacon.dht.wire.ByteReader;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.Multibase;
import beacon.dht.wire.Multihash;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** How people and scripts write keys, contents and peers. */
public final class DhtText {
    private static final String TEST_RECORDS = "/test/";
    private static final String HEX = "hex:";

    private DhtText() {}

    /**
     * The multihash of a CID, version 0 or 1, in any base.
     *
     * @throws WireException when it is none
     */
    public static ByteString content(String text) {
        if (text.startsWith("Qm")) {
            return Multihash.parse(Multibase.BASE58BTC.decodeBare(text)).bytes();
        }
        ByteReader cid = new ByteReader(Multibase.decode(text));
        long version = cid.varint();
        if (version != 1) {
            throw new WireException("expected a CID of version 0 or 1, but found version " + version);
        }
        long unusedCodec = cid.varint();
        return Multihash.parse(cid.take(cid.remaining())).bytes();
    }

    /**
     * The raw key that somebody means: {@code hex:} and bytes, a peer, a CID, else the text itself.
     *
     * @throws WireException when bytes after {@code hex:} are malformed
     */
    public static ByteString key(String text) {
        if (text.startsWith(HEX)) {
            try {
                return ByteString.copyFrom(HexFormat.of().parseHex(text.substring(HEX.length())));
            } catch (IllegalArgumentException e) {
                throw new WireException("expected hexadecimal digits after hex:, but found other text");
            }
        }
        return peer(text)
                .map(PeerId::bytes)
                .or(() -> contentIfAny(text))
                .orElseGet(() -> ByteString.copyFromUtf8(text));
    }

    private static Optional<PeerId> peer(String text) {
        try {
            return Optional.of(PeerId.parse(text));
        } catch (WireException e) {
            return Optional.empty();
        }
    }

    private static Optional<ByteString> contentIfAny(String text) {
        try {
            return Optional.of(content(text));
        } catch (WireException e) {
            return Optional.empty();
        }
    }

    /** The key of a record that scripts may store: {@code name} and {@code /test/name} are the same. */
    public static ByteString recordKey(String text) {
        return ByteString.copyFromUtf8(text.startsWith("/") ? text : TEST_RECORDS + text);
    }

    /**
     * A peer and, unless only its id is given, its address.
     *
     * @throws WireException when it is neither a peer id nor a multiaddr that ends with one
     */
    public static KadPeer reachable(String text) {
        if (!text.startsWith("/")) {
            return new KadPeer(PeerId.parse(text), List.of());
        }
        Multiaddr address = Multiaddr.parse(text);
        PeerId id = address.peer()
                .orElseThrow(() -> new WireException(
                        "expected an address that ends with /p2p and a peer id, but found " + address));
        return new KadPeer(id, address.withoutPeer().map(List::of).orElse(List.of()));
    }
}

package beacon.dht.wire;

import com.google.protobuf.ByteString;

/**
 * The name of a peer: the multihash of its serialised public key, identity for keys of at most 42 bytes (Ed25519,
 * secp256k1), sha2-256 for longer ones (RSA).
 *
 * @param bytes the multihash
 */
public record PeerId(ByteString bytes) implements Comparable<PeerId> {
    /** Longest serialised key that is its own name. */
    public static final int MAX_INLINE_KEY_BYTES = 42;

    private static final long LIBP2P_KEY = 0x72;

    public PeerId {
        Multihash hash = Multihash.parse(bytes);
        boolean inline = hash.code() == Multihash.IDENTITY
                && !hash.digest().isEmpty()
                && hash.digest().size() <= MAX_INLINE_KEY_BYTES;
        boolean hashed = hash.code() == Multihash.SHA2_256 && hash.digest().size() == 32;
        if (!inline && !hashed) {
            throw new WireException(
                    "expected an identity multihash of 1 to 42 bytes or a sha2-256 one, but found code %d and %d bytes"
                            .formatted(hash.code(), hash.digest().size()));
        }
    }

    /** The name of the peer with this serialised public key. */
    public static PeerId ofPublicKey(ByteString serialisedKey) {
        Multihash hash = serialisedKey.size() <= MAX_INLINE_KEY_BYTES
                ? new Multihash(Multihash.IDENTITY, serialisedKey)
                : Multihash.sha256(serialisedKey);
        return new PeerId(hash.bytes());
    }

    /**
     * Reads either spelling: bare base58btc ({@code 12D3…}, {@code Qm…}) or a CIDv1 with codec libp2p-key.
     *
     * @throws WireException when it is neither
     */
    public static PeerId parse(String text) {
        if (text.startsWith("1") || text.startsWith("Qm")) {
            return new PeerId(Multibase.BASE58BTC.decodeBare(text));
        }
        ByteReader cid = new ByteReader(Multibase.decode(text));
        long version = cid.varint();
        long codec = cid.varint();
        if (version != 1 || codec != LIBP2P_KEY) {
            throw new WireException(
                    "expected a CIDv1 with codec libp2p-key, but found version %d, codec %d".formatted(version, codec));
        }
        return new PeerId(cid.take(cid.remaining()));
    }

    /** The CIDv1 spelling in base32. */
    public String toCid() {
        return Multibase.BASE32.encode(
                ByteString.copyFrom(new byte[] {1, (byte) LIBP2P_KEY}).concat(bytes));
    }

    @Override
    public int compareTo(PeerId other) {
        // By hand: the comparator of ByteString goes over boxed bytes, which weighs in the tables of a DHT.
        int common = Math.min(bytes.size(), other.bytes.size());
        for (int i = 0; i < common; i++) {
            if (bytes.byteAt(i) != other.bytes.byteAt(i)) {
                return Byte.compareUnsigned(bytes.byteAt(i), other.bytes.byteAt(i));
            }
        }
        return Integer.compare(bytes.size(), other.bytes.size());
    }

    @Override
    public String toString() {
        return Multibase.BASE58BTC.encodeBare(bytes);
    }
}

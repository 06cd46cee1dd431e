package beacon.model;

import com.google.protobuf.ByteString;

/**
 * A content id: CIDv1, that is version, codec, hash function and digest of a block. Immutable, at most
 * {@value #MAX_BYTES} bytes, every varint in its shortest form, nothing after the digest. Whether a hash function is
 * known, and its digest long enough to be trusted, is for those to check who hash blocks.
 */
public final class Cid {
    /** Greatest length in binary form. */
    public static final int MAX_BYTES = 128;

    /** Codec of bytes without structure. */
    public static final long RAW = 0x55;

    /** Codec of DAG-CBOR. */
    public static final long DAG_CBOR = 0x71;

    /** Hash function SHA-256. */
    public static final long SHA2_256 = 0x12;

    private static final int VERSION = 1;
    private static final int MAX_TEXT_LENGTH = 2 * MAX_BYTES;

    private final ByteString bytes;
    private final long codec;
    private final long hashFunction;
    private final int hashStart;
    private final int digestStart;

    private Cid(ByteString bytes, long codec, long hashFunction, int hashStart, int digestStart) {
        this.bytes = bytes;
        this.codec = codec;
        this.hashFunction = hashFunction;
        this.hashStart = hashStart;
        this.digestStart = digestStart;
    }

    /**
     * Reads the binary form.
     *
     * @throws MalformedCid if the bytes are no CIDv1
     */
    public static Cid of(ByteString bytes) {
        if (bytes.size() > MAX_BYTES) {
            throw new MalformedCid(
                    "expected a CID of at most %d bytes, but found %d".formatted(MAX_BYTES, bytes.size()));
        }
        if (bytes.size() == 34 && bytes.byteAt(0) == SHA2_256 && bytes.byteAt(1) == 32) {
            throw versionZero(bytes);
        }
        Varints varints = new Varints(bytes);
        long version = varints.next("the version");
        if (version != VERSION) {
            throw new MalformedCid("expected CID version 1, but found " + Long.toUnsignedString(version));
        }
        long codec = varints.next("the codec");
        int hashStart = varints.position();
        long hashFunction = varints.next("the hash function");
        long digestLength = varints.next("the length of the digest");
        int rest = bytes.size() - varints.position();
        if (digestLength != rest) {
            throw new MalformedCid("expected a digest of %d bytes, but found %d".formatted(digestLength, rest));
        }
        return new Cid(bytes, codec, hashFunction, hashStart, varints.position());
    }

    /** Reads the binary form; the array is copied. */
    public static Cid of(byte[] bytes) {
        return of(ByteString.copyFrom(bytes, 0, Math.min(bytes.length, MAX_BYTES + 1)));
    }

    /** The CID of a block with this SHA-256 digest. */
    public static Cid sha256(long codec, ByteString digest) {
        if (digest.size() != 32) {
            throw new MalformedCid("expected a SHA-256 digest of 32 bytes, but found " + digest.size());
        }
        return of(Varints.encode(VERSION, codec, SHA2_256, 32).concat(digest));
    }

    /**
     * Reads the text form: base32 ({@code b…}, the canonical one, in either case as multibase has it) or base58btc
     * ({@code z…}).
     *
     * @throws MalformedCid if the text is no CIDv1
     */
    public static Cid parse(String text) {
        if (text.length() < 2 || text.length() > MAX_TEXT_LENGTH) {
            throw new MalformedCid(
                    "expected a CID of 2 to %d characters, but found %d".formatted(MAX_TEXT_LENGTH, text.length()));
        }
        char base = text.charAt(0);
        try {
            if (text.length() == 46 && text.startsWith("Qm")) {
                throw versionZero(ByteString.copyFrom(Base58.decode(text)));
            }
            return switch (base) {
                case 'b', 'B' -> of(Base32.decode(text, 1));
                case 'z' -> of(Base58.decode(text.substring(1)));
                default ->
                    throw new MalformedCid("expected a CID that starts with b (base32) or z (base58btc), but found "
                            + AddressScanner.found(text, 0));
            };
        } catch (MalformedText e) {
            throw new MalformedCid(e);
        }
    }

    private static MalformedCid versionZero(ByteString multihash) {
        if (multihash.size() != 34 || multihash.byteAt(0) != SHA2_256 || multihash.byteAt(1) != 32) {
            return new MalformedCid("expected a CIDv1, but found a text that looks like a CIDv0 and is none");
        }
        Cid asOne = of(Varints.encode(VERSION, 0x70).concat(multihash));
        return new MalformedCid("expected a CIDv1, but found a CIDv0; as CIDv1 it is " + asOne);
    }

    /** Binary form. */
    public ByteString bytes() {
        return bytes;
    }

    /** Multicodec of the block's content. */
    public long codec() {
        return codec;
    }

    /** Multicodec of the hash function. */
    public long hashFunction() {
        return hashFunction;
    }

    /** Hash function, length and digest. */
    public ByteString multihash() {
        return bytes.substring(hashStart);
    }

    /** What the hash function answered. */
    public ByteString digest() {
        return bytes.substring(digestStart);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cid cid && bytes.equals(cid.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /** Canonical text: lower-case base32. */
    @Override
    public String toString() {
        return "b" + Base32.encode(bytes);
    }
}

package beacon.model;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.Optional;

/**
 * How keys and headers of artifacts are named in the index. The address of a header points at the key that opens it, so
 * that a listing of headers says which are still of an old key.
 */
public final class CustodyNames {
    /** Beginning of the keys of all header addresses; pointers are not set below it. */
    public static final String HEADERS = "custody:header@any:any/";

    /** Greatest length of a key id. */
    public static final int MAX_KEY_ID_BYTES = 32;

    private static final String KEYS = "custody:key@any:any/";
    private static final long RAW = 0x55;
    private static final long IDENTITY = 0;

    private CustodyNames() {}

    /** Address key of the header of an artifact. */
    public static String header(Cid manifest) {
        return HEADERS + manifest;
    }

    /** The artifact that a header address is about. */
    public static Optional<Cid> manifest(Address header) {
        try {
            return header.key().startsWith(HEADERS) ? Optional.of(Cid.parse(header.path())) : Optional.empty();
        } catch (MalformedCid other) {
            return Optional.empty();
        }
    }

    /** Address key of an organisation key. */
    public static String key(ByteString keyId) {
        return KEYS + HexFormat.of().formatHex(keyId.toByteArray());
    }

    /** What the header addresses of a key point at: the id itself as a CID. */
    public static Cid pointer(ByteString keyId) {
        return Cid.of(Varints.encode(1, RAW, IDENTITY, keyId.size()).concat(keyId));
    }

    /** The key that a header address points at, from the binary CID; empty when it is none. */
    public static ByteString keyId(ByteString pointer) {
        if (pointer.isEmpty()) {
            return ByteString.EMPTY;
        }
        Cid cid = Cid.of(pointer);
        return cid.hashFunction() == IDENTITY ? cid.digest() : ByteString.EMPTY;
    }
}

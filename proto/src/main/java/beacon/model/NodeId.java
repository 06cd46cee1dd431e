package beacon.model;

import com.google.protobuf.ByteString;

/**
 * Identity of a node of the data plane: a libp2p peer id, which is a multihash of its public key. Either the key itself
 * (hash function identity, for keys of up to {@value #MAX_IDENTITY_BYTES} bytes in protobuf form) or its SHA-256.
 */
public final class NodeId {
    /** Greatest length of a key that is its own id. */
    public static final int MAX_IDENTITY_BYTES = 42;

    private static final int MAX_TEXT_LENGTH = 128;
    private static final long LIBP2P_KEY = 0x72;
    private static final int SHA2_256 = 0x12;
    private static final int IDENTITY = 0;

    private final ByteString bytes;

    private NodeId(ByteString bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads the binary form.
     *
     * @throws MalformedNodeId if the bytes are no peer id
     */
    public static NodeId of(ByteString bytes) {
        int length = bytes.size() - 2;
        if (length < 1 || bytes.byteAt(1) != length) {
            throw new MalformedNodeId(
                    "expected hash function, length and digest of a peer id, but found %d bytes that are none"
                            .formatted(bytes.size()));
        }
        int function = bytes.byteAt(0);
        boolean known =
                (function == IDENTITY && length <= MAX_IDENTITY_BYTES) || (function == SHA2_256 && length == 32);
        if (!known) {
            throw new MalformedNodeId(
                    "expected an identity digest of at most 42 bytes or a SHA-256 digest of 32, but found function %d with %d bytes"
                            .formatted(function & 0xff, length));
        }
        return new NodeId(bytes);
    }

    /**
     * Reads the text form: base58btc ({@code 12D3Koo…}, {@code Qm…}, the canonical one) or a CIDv1 with the codec
     * libp2p-key.
     *
     * @throws MalformedNodeId if the text is no peer id
     */
    public static NodeId parse(String text) {
        if (text.length() > MAX_TEXT_LENGTH) {
            throw new MalformedNodeId("expected a peer id of at most %d characters, but found %d"
                    .formatted(MAX_TEXT_LENGTH, text.length()));
        }
        try {
            if (text.startsWith("1") || text.startsWith("Qm")) {
                return of(ByteString.copyFrom(Base58.decode(text)));
            }
            Cid cid = Cid.parse(text);
            if (cid.codec() != LIBP2P_KEY) {
                throw new MalformedNodeId(
                        "expected a CID with codec 0x72 (libp2p-key), but found 0x%x".formatted(cid.codec()));
            }
            return of(cid.multihash());
        } catch (MalformedText | MalformedCid e) {
            throw new MalformedNodeId(e);
        }
    }

    /** Binary form. */
    public ByteString bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeId id && bytes.equals(id.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /** Canonical text: base58btc. */
    @Override
    public String toString() {
        return Base58.encode(bytes);
    }
}

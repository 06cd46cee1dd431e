package beacon.dht.wire;

import com.google.protobuf.ByteString;

/**
 * A public key as libp2p serialises it: type and data, in this order and shortest form, since peer ids hash these
 * bytes.
 *
 * @param type of key; types beyond those named here are refused
 * @param data Ed25519: 32 bytes; secp256k1: 33 bytes, compressed; RSA and ECDSA: DER of SubjectPublicKeyInfo
 */
public record PublicKeyBytes(Type type, ByteString data) {
    /** Longest serialised key; an RSA key of 8,192 bits has about 1,060 bytes. */
    public static final int MAX_BYTES = 1200;

    /** Kinds of keys. */
    public enum Type {
        RSA(0),
        ED25519(1),
        SECP256K1(2),
        ECDSA(3);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        static Type of(long number) {
            for (Type type : values()) {
                if (type.number == number) {
                    return type;
                }
            }
            throw new WireException("expected a key type from 0 to 3, but found " + number);
        }
    }

    /**
     * Reads a serialised key.
     *
     * @throws WireException when it is malformed or not in its one deterministic form
     */
    public static PublicKeyBytes parse(ByteString bytes) {
        ProtoReader reader = new ProtoReader(bytes, 4);
        long type = -1;
        ByteString data = ByteString.EMPTY;
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> type = reader.integer();
                case 2 -> data = reader.bytes(MAX_BYTES);
                default -> reader.skip();
            }
        }
        PublicKeyBytes key = new PublicKeyBytes(Type.of(type), data);
        if (!key.serialised().equals(bytes)) {
            throw new WireException("expected a key in its deterministic form, but found another");
        }
        return key;
    }

    /** The one form that peer ids are made from. */
    public ByteString serialised() {
        return new ProtoWriter().integer(1, type.number).bytes(2, data).toByteString();
    }

    public PeerId peerId() {
        return PeerId.ofPublicKey(serialised());
    }
}

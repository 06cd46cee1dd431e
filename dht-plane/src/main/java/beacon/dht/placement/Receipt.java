package beacon.dht.placement;

import beacon.dht.PeerSigner;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtoReader;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.PublicKeyBytes;
import beacon.dht.wire.Varint;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import beacon.model.MalformedCid;
import com.google.protobuf.ByteString;
import java.time.Instant;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A storage node's word that it has a block. Anybody can check it without asking: the signature is made with the key that
 * the node is named after.
 *
 * @param sizeBytes of the block
 * @param time when the block was checked and stored, in whole milliseconds, by the storer's clock
 * @param signed the envelope that carries the signature: what to keep and to pass on
 */
public record Receipt(Cid cid, int sizeBytes, Instant time, PeerId storer, ByteString signed) {
    /** Longest envelope. */
    public static final int MAX_BYTES = 512;

    private static final ByteString DOMAIN = ByteString.copyFromUtf8("beacon-store-receipt-1");
    private static final int MAX_FIELDS = 16;

    /** Makes a receipt. */
    static Receipt sign(PeerSigner signer, Cid cid, int sizeBytes, Instant time) {
        PeerId storer = signer.publicKey().peerId();
        ByteString payload = new ProtoWriter()
                .bytes(1, cid.bytes())
                .integer(2, sizeBytes)
                .integer(3, time.toEpochMilli())
                .bytes(4, storer.bytes())
                .toByteString();
        ByteString envelope = new ProtoWriter()
                .bytes(1, signer.publicKey().serialised())
                .bytes(2, payload)
                .bytes(3, signer.sign(signedBytes(payload)))
                .toByteString();
        return new Receipt(cid, sizeBytes, Instant.ofEpochMilli(time.toEpochMilli()), storer, envelope);
    }

    private static ByteString signedBytes(ByteString payload) {
        return prefixed(DOMAIN).concat(prefixed(payload));
    }

    private static ByteString prefixed(ByteString bytes) {
        return ByteString.copyFrom(Varint.encode(bytes.size())).concat(bytes);
    }

    /**
     * Reads and checks a receipt.
     *
     * @throws WireException when it is malformed, not signed by an Ed25519 key, signed wrongly, or names another storer
     *     than its signer
     */
    public static Receipt verify(ByteString envelope) {
        if (envelope.size() > MAX_BYTES) {
            throw new WireException(
                    "expected a receipt of at most %d bytes, but found %d".formatted(MAX_BYTES, envelope.size()));
        }
        ProtoReader in = new ProtoReader(envelope, MAX_FIELDS);
        ByteString key = ByteString.EMPTY;
        ByteString payload = ByteString.EMPTY;
        ByteString signature = ByteString.EMPTY;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> key = in.bytes(PublicKeyBytes.MAX_BYTES);
                case 2 -> payload = in.bytes(MAX_BYTES);
                case 3 -> signature = in.bytes(Ed25519.SIGNATURE_SIZE);
                default -> in.skip();
            }
        }
        PublicKeyBytes signer = PublicKeyBytes.parse(key);
        if (!isSignedBy(signer, payload, signature)) {
            throw new WireException("expected a receipt signed by its storer, but found another signature");
        }
        return read(payload, signer.peerId(), envelope);
    }

    private static boolean isSignedBy(PublicKeyBytes signer, ByteString payload, ByteString signature) {
        byte[] key = signer.data().toByteArray();
        byte[] message = signedBytes(payload).toByteArray();
        byte[] signed = signature.toByteArray();
        return signer.type() == PublicKeyBytes.Type.ED25519
                && key.length == Ed25519.PUBLIC_KEY_SIZE
                && signed.length == Ed25519.SIGNATURE_SIZE
                && Ed25519.verify(signed, 0, key, 0, message, 0, message.length);
    }

    private static Receipt read(ByteString payload, PeerId signer, ByteString envelope) {
        ProtoReader in = new ProtoReader(payload, MAX_FIELDS);
        ByteString cid = ByteString.EMPTY;
        long size = -1;
        long millis = -1;
        ByteString storer = ByteString.EMPTY;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> cid = in.bytes(Cid.MAX_BYTES);
                case 2 -> size = in.integer();
                case 3 -> millis = in.integer();
                case 4 -> storer = in.bytes(128);
                default -> in.skip();
            }
        }
        if (size < 0 || size > Integer.MAX_VALUE || millis < 0) {
            throw new WireException("expected a size and a time, but found %d and %d".formatted(size, millis));
        }
        if (!new PeerId(storer).equals(signer)) {
            throw new WireException("expected the receipt to name its signer, but found another peer");
        }
        try {
            return new Receipt(Cid.of(cid), (int) size, Instant.ofEpochMilli(millis), signer, envelope);
        } catch (MalformedCid e) {
            throw new WireException("expected the id of a block in a receipt, but found other bytes", e);
        }
    }
}

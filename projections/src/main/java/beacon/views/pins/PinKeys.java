package beacon.views.pins;

import beacon.views.Keys;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** Keys of {@link PinsView}. A CID says its own length, so none begins another. */
final class PinKeys {
    private static final byte[] PIN = {'p'};
    private static final byte[] GROUP = {'g'};
    private static final byte[] NODE = {'n'};
    private static final byte[] ENDANGERED = {'u'};
    private static final byte[] LOAD = {'l'};
    private static final byte[] NEXT_NUMBER = {'c'};

    private PinKeys() {}

    static byte[] pins() {
        return PIN.clone();
    }

    static byte[] pin(ByteString manifest) {
        return Keys.of(PIN, manifest.toByteArray());
    }

    /** Of the number that the next group gets. */
    static byte[] nextNumber() {
        return NEXT_NUMBER.clone();
    }

    static byte[] group(long number) {
        return Keys.of(GROUP, Keys.of(number));
    }

    static byte[] endangered() {
        return ENDANGERED.clone();
    }

    static byte[] endangered(long number) {
        return Keys.of(ENDANGERED, Keys.of(number));
    }

    static byte[] load(ByteString node) {
        return Keys.of(LOAD, node.toByteArray());
    }

    static byte[] columnsOn(ByteString node) {
        return Keys.of(NODE, new byte[] {(byte) node.size()}, node.toByteArray());
    }

    /** Of a page of the columns on a node. */
    static byte[] columnsOn(ByteString node, long page) {
        // For each column of each pin, so of one array.
        byte[] key = new byte[2 + node.size() + Long.BYTES];
        key[0] = NODE[0];
        key[1] = (byte) node.size();
        node.copyTo(key, 2);
        ByteBuffer.wrap(key).putLong(2 + node.size(), page);
        return key;
    }
}

package beacon.views.pins;

import beacon.proto.v1.GroupStateOrBuilder;
import beacon.views.Keys;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Keys of {@link PinsView}. A CID says its own length, so none begins another. */
final class PinKeys {
    private static final byte[] PIN = {'p'};
    private static final byte[] GROUP = {'g'};
    private static final byte[] NODE = {'n'};
    private static final byte[] ENDANGERED = {'u'};
    private static final byte[] LOAD = {'l'};
    private static final int PLACE_BYTES = Integer.BYTES + 1;

    private PinKeys() {}

    static byte[] pins() {
        return PIN.clone();
    }

    static byte[] pin(ByteString manifest) {
        return Keys.of(PIN, manifest.toByteArray());
    }

    static ByteString manifestOfPin(byte[] key) {
        return ByteString.copyFrom(key, 1, key.length - 1);
    }

    static byte[] groups(ByteString manifest) {
        return Keys.of(GROUP, manifest.toByteArray());
    }

    static byte[] group(ByteString manifest, int group) {
        return Keys.of(GROUP, manifest.toByteArray(), number(group));
    }

    static byte[] endangered() {
        return ENDANGERED.clone();
    }

    static byte[] endangered(ByteString manifest, int group) {
        return Keys.of(ENDANGERED, manifest.toByteArray(), number(group));
    }

    static byte[] load(ByteString node) {
        return Keys.of(LOAD, node.toByteArray());
    }

    static byte[] columnsOn(ByteString node) {
        return Keys.of(NODE, new byte[] {(byte) node.size()}, node.toByteArray());
    }

    static byte[] columnsOn(ByteString node, ByteString manifest) {
        return Keys.of(columnsOn(node), manifest.toByteArray());
    }

    static byte[] columnOn(ByteString node, ByteString manifest, int group, int column) {
        return Keys.of(columnsOn(node), manifest.toByteArray(), number(group), new byte[] {(byte) column});
    }

    /** Of a column on a node. */
    static ColumnRef columnOn(byte[] key) {
        int begin = 2 + Byte.toUnsignedInt(key[1]);
        int end = key.length - PLACE_BYTES;
        GroupRef group = new GroupRef(
                ByteString.copyFrom(Arrays.copyOfRange(key, begin, end)),
                ByteBuffer.wrap(key).getInt(end));
        return new ColumnRef(group, Byte.toUnsignedInt(key[key.length - 1]));
    }

    /** How many columns the group of a column has: of data, which are one or more, and of parity. */
    static byte[] shards(GroupStateOrBuilder group) {
        return new byte[] {(byte) (group.getDataShards() - 1), (byte) group.getParityShards()};
    }

    /** Of a column on a node, with its value. */
    static PinsView.NodeColumn columnOn(byte[] key, byte[] value) {
        int dataShards = 1 + Byte.toUnsignedInt(value[0]);
        return new PinsView.NodeColumn(columnOn(key), dataShards, dataShards + Byte.toUnsignedInt(value[1]));
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}

package beacon.dht.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.blockstore.BlockHash;
import beacon.dht.cbor.Cbor;
import beacon.dht.cbor.CborWriter;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final int CELL = 1_048_832;
    private static final ByteString NONCE = ByteString.copyFrom(new byte[16]);
    private static final Coding CODE = new Coding(2, 1);

    private static Cid block(int number) {
        return BlockHash.sha256(Cid.RAW, ByteString.copyFromUtf8("block " + number));
    }

    private static Columns columns(Coding coding, int listed, int stripes) {
        List<List<Cid>> all = new ArrayList<>();
        for (int column = 0; column < listed; column++) {
            List<Cid> blocks = new ArrayList<>();
            for (int stripe = 0; stripe < stripes; stripe++) {
                blocks.add(block(100 * column + stripe));
            }
            all.add(blocks);
        }
        return new Columns(coding, all);
    }

    private static Manifest manifest(Group... groups) {
        long size = 0;
        for (Group group : groups) {
            size += group.bytes();
        }
        return new Manifest(CELL, size, NONCE, List.of(groups));
    }

    @Test
    void keepsItsBytesForEver() {
        Manifest manifest = new Manifest(1000, 3001, NONCE, List.of(new Group(CODE, 3001, block(0))));

        assertThat(HexFormat.of().formatHex(manifest.encode().toByteArray()))
                .isEqualTo("a56463656c6c1903e86473697a65190bb9656e6f6e636550" + "00".repeat(16)
                        + "6667726f75707381a4616b02616d01646c697374d82a582500"
                        + HexFormat.of().formatHex(block(0).bytes().toByteArray())
                        + "6473697a65190bb96776657273696f6e01");
    }

    @Test
    void saysWhenItIsADirectoryAndPassesOnWordsOfLaterVersions() {
        List<Group> groups = List.of(new Group(CODE, 3001, block(0)));

        for (String content : List.of(Manifest.TREE, "later-kind")) {
            Manifest manifest = new Manifest(1000, 3001, NONCE, groups, content);
            assertThat(Manifest.decode(manifest.encode())).isEqualTo(manifest);
        }
        assertThatThrownBy(() -> new Manifest(1000, 3001, NONCE, groups, "No word"))
                .isInstanceOf(WireException.class);
        assertThat(new Manifest(1000, 3001, NONCE, groups).content()).isEqualTo(Manifest.BYTES);
    }

    @Property
    void readsWhatItWrote(
            @ForAll @IntRange(min = 1, max = 20) int k,
            @ForAll @IntRange(min = 1, max = 10) int m,
            @ForAll @IntRange(min = 1, max = 30) int groups,
            @ForAll @IntRange(min = 1, max = CELL) int last) {
        Coding coding = new Coding(k, m);
        List<Group> all = new ArrayList<>(
                Collections.nCopies(groups - 1, new Group(coding, Group.fullBytes(coding, CELL), block(1))));
        all.add(new Group(coding, last, block(2)));
        Manifest manifest = manifest(all.toArray(new Group[0]));

        assertThat(Manifest.decode(manifest.encode())).isEqualTo(manifest);
    }

    @Test
    void listsReadWhatTheyWroteAndCopiesAreListedOnce() {
        Columns coded = columns(CODE, 3, 5);
        Columns copied = columns(Coding.COPIES, 1, 1);

        assertThat(Columns.decode(CODE, 5, coded.encode())).isEqualTo(coded);
        assertThat(Columns.decode(Coding.COPIES, 1, copied.encode())).isEqualTo(copied);
        assertThat(coded.block(2, 3)).isEqualTo(block(203));
        assertThat(copied.column(4)).isEqualTo(copied.column(0));
    }

    @Test
    void theLargestManifestAndTheLargestListFitTheirBlocks() {
        Coding widest = new Coding(200, 56);
        Group full = new Group(widest, Group.fullBytes(widest, CELL), block(1));
        Manifest largest =
                manifest(Collections.nCopies(Manifest.MAX_GROUPS, full).toArray(new Group[0]));
        Columns list = columns(widest, 256, Group.STRIPES);
        Columns longest = columns(Coding.COPIES, 1, Columns.MAX_BLOCKS);

        assertThat(Manifest.decode(largest.encode())).isEqualTo(largest);
        assertThat(largest.encode().size()).isLessThan(Manifest.MAX_BLOCK_BYTES);
        assertThat(Columns.decode(widest, Group.STRIPES, list.encode())).isEqualTo(list);
        assertThat(longest.encode().size()).isLessThan(Manifest.MAX_BLOCK_BYTES);
    }

    @Test
    void refusesGroupsThatDoNotAddUp() {
        Group group = new Group(CODE, 10, block(0));
        Group huge = new Group(new Coding(200, 1), Long.MAX_VALUE, block(0));

        assertThatThrownBy(() -> new Manifest(CELL, 11, NONCE, List.of(group))).isInstanceOf(WireException.class);
        assertThatThrownBy(() -> new Manifest(CELL, 0, NONCE, List.of())).isInstanceOf(WireException.class);
        assertThatThrownBy(() -> new Manifest(CELL, -2, NONCE, List.of(huge, huge)))
                .isInstanceOf(WireException.class);
        assertThatThrownBy(() -> new Manifest(CELL, 0, NONCE, List.of(new Group(CODE, 0, block(0)))))
                .isInstanceOf(WireException.class);
        assertThatThrownBy(() -> new Manifest(1, 1L << 20, NONCE, List.of(new Group(CODE, 1L << 20, block(0)))))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("24576 blocks");
    }

    @Test
    void refusesALaterVersionAndUnknownFields() {
        Map<String, Cbor> fields = new LinkedHashMap<>();
        for (String name : List.of("cell", "size", "groups", "nonce")) {
            fields.put(name, Cbor.of(1));
        }
        fields.put("version", Cbor.of(2));
        ByteString later = CborWriter.write(new Cbor.Entries(fields));
        fields.put("more", new Cbor.Null());
        ByteString more = CborWriter.write(new Cbor.Entries(fields));

        assertThatThrownBy(() -> Manifest.decode(later))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> Manifest.decode(more)).isInstanceOf(WireException.class);
    }

    @Test
    void refusesListsOfAnotherShape() {
        ByteString list = columns(CODE, 3, 5).encode();

        assertThatThrownBy(() -> Columns.decode(CODE, 4, list)).isInstanceOf(WireException.class);
        assertThatThrownBy(() -> Columns.decode(new Coding(3, 1), 5, list)).isInstanceOf(WireException.class);
        assertThatThrownBy(() -> Columns.decode(Coding.COPIES, 5, list)).isInstanceOf(WireException.class);
        assertThatThrownBy(() -> Columns.decode(CODE, 5, CborWriter.write(Cbor.of(3))))
                .isInstanceOf(WireException.class);
        assertThatThrownBy(() -> Columns.decode(CODE, 5, ByteString.copyFrom(new byte[(1 << 20) + 1])))
                .isInstanceOf(WireException.class);
    }

    /** A byte changed anywhere gives a refusal or another valid manifest, never another exception. */
    @Property(tries = 5_000)
    void aDamagedManifestIsRefusedOrReadable(
            @ForAll @IntRange(min = 0, max = 500) int position, @ForAll @ByteRange(min = 1) byte change) {
        byte[] bytes = manifest(new Group(CODE, 4_000_000, block(1)), new Group(CODE, 5, block(2)))
                .encode()
                .toByteArray();
        bytes[position % bytes.length] ^= change;
        try {
            Manifest read = Manifest.decode(ByteString.copyFrom(bytes));

            assertThat(read.encode()).isEqualTo(ByteString.copyFrom(bytes));
        } catch (WireException refused) {
            assertThat(refused).hasMessageStartingWith("expected ");
        }
    }

    @Test
    void codesAreReadAsPeopleWriteThem() {
        assertThat(Coding.parse("10+4")).isEqualTo(Coding.DEFAULT).hasToString("10+4");
        for (String wrong : List.of("", "10", "0+4", "10+0", "200+57", "-1+4", "1+1+1", "1 + 1")) {
            assertThatThrownBy(() -> Coding.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}

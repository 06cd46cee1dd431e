package beacon.dht.artifact;

import beacon.dht.cbor.Cbor;
import beacon.dht.cbor.CborReader;
import beacon.dht.cbor.CborWriter;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import beacon.model.MalformedCid;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of a group, column by column. Where columns are copies of each other only one of them is listed.
 *
 * @param listed each with one block for each stripe
 */
public record Columns(Coding coding, List<List<Cid>> listed) {
    /** Blocks that a list may name; its block stays below 1 MiB. */
    public static final int MAX_BLOCKS = 24_576;

    private static final int MAX_DEPTH = 2;

    public Columns {
        listed = listed.stream().map(List::copyOf).toList();
        int wanted = coding.isCopies() ? 1 : coding.columns();
        if (listed.size() != wanted) {
            throw new WireException("expected %d columns, but found %d".formatted(wanted, listed.size()));
        }
        int stripes = listed.get(0).size();
        for (List<Cid> column : listed) {
            if (column.size() != stripes || stripes == 0) {
                throw new WireException("expected columns of equal length, at least 1, but found %d and %d"
                        .formatted(stripes, column.size()));
            }
        }
        if ((long) wanted * stripes > MAX_BLOCKS) {
            throw new WireException(
                    "expected at most %d blocks, but found %d columns of %d".formatted(MAX_BLOCKS, wanted, stripes));
        }
    }

    public int stripes() {
        return listed.get(0).size();
    }

    /** The block of a column, from 0 to k+m, in a stripe. */
    public Cid block(int column, int stripe) {
        return column(column).get(stripe);
    }

    /** The blocks of a column, stripe by stripe. */
    public List<Cid> column(int column) {
        if (column < 0 || column >= coding.columns()) {
            throw new IndexOutOfBoundsException(
                    "expected a column below " + coding.columns() + ", but found " + column);
        }
        return listed.get(coding.isCopies() ? 0 : column);
    }

    /** The block that says all this. */
    public ByteString encode() {
        List<Cbor> columns = new ArrayList<>();
        for (List<Cid> column : listed) {
            columns.add(new Cbor.Items(column.stream().map(Columns::link).toList()));
        }
        return CborWriter.write(new Cbor.Items(columns));
    }

    private static Cbor link(Cid cid) {
        return Cbor.Link.to(cid);
    }

    /**
     * Reads the list of a group.
     *
     * @param stripes of the group
     * @throws WireException when the block is not the list of such a group
     */
    public static Columns decode(Coding coding, long stripes, ByteString block) {
        Cbor value = CborReader.read(
                ManifestFields.bounded(block), new CborReader.Limits(MAX_DEPTH, MAX_BLOCKS + Manifest.MAX_GROUPS));
        List<List<Cid>> columns = new ArrayList<>();
        for (Cbor column : ManifestFields.items(value)) {
            List<Cid> blocks = new ArrayList<>();
            for (Cbor link : ManifestFields.items(column)) {
                blocks.add(cid(link));
            }
            columns.add(blocks);
        }
        Columns decoded = new Columns(coding, columns);
        if (decoded.stripes() != stripes) {
            throw new WireException("expected %d stripes, but found %d".formatted(stripes, decoded.stripes()));
        }
        return decoded;
    }

    static Cid cid(Cbor value) {
        if (value instanceof Cbor.Link link) {
            try {
                return link.cid();
            } catch (MalformedCid e) {
                throw new WireException("expected a link of version 1, but found another", e);
            }
        }
        throw new WireException("expected a link, but found another value");
    }
}

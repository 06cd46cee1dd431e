package beacon.dht.artifact;

import beacon.dht.cbor.Cbor;
import beacon.dht.cbor.CborReader;
import beacon.dht.cbor.CborWriter;
import beacon.dht.erasure.StripeLayout;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What an artifact is made of. Its block, a canonical DAG-CBOR map, is what names point at; nothing in it says anything
 * about the plaintext beside its size.
 *
 * @param cellBytes of a full block: a whole number of sealed chunks, so that it opens alone
 * @param sealedBytes of the payload, without the nonce
 * @param nonce of the payload
 * @param groups in the order of the payload
 * @param content what the plaintext is: {@link #BYTES}, {@link #TREE}, or a word that this version does not know
 */
public record Manifest(int cellBytes, long sealedBytes, ByteString nonce, List<Group> groups, String content) {
    /** Bytes of which nothing more is known; said by leaving the field out. */
    public static final String BYTES = "";

    /** A directory, as an archive. */
    public static final String TREE = "tree";

    /** A pin has 4,096 groups at most, and one is for the manifest itself. */
    public static final int MAX_GROUPS = 4_095;

    /** Of the manifest, and of each list. */
    public static final int MAX_BLOCK_BYTES = 1 << 20;

    /** Largest cell, which every peer takes as a block. */
    public static final int MAX_CELL_BYTES = 2 << 20;

    private static final int VERSION = 1;
    private static final int NONCE_BYTES = 16;
    private static final int MAX_SHARDS = 256;
    private static final Pattern CONTENT = Pattern.compile("[a-z0-9-]{0,32}");
    private static final CborReader.Limits LIMITS = new CborReader.Limits(3, 8 + 6 * MAX_GROUPS);

    public Manifest {
        groups = List.copyOf(groups);
        if (!CONTENT.matcher(content).matches()) {
            throw new WireException("expected a content of at most 32 characters of [a-z0-9-], but found another text");
        }
        if (nonce.size() != NONCE_BYTES || cellBytes < 1 || cellBytes > MAX_CELL_BYTES) {
            throw new WireException("expected a nonce of 16 bytes and cells of 1 byte to 2 MiB, but found %d and %d"
                    .formatted(nonce.size(), cellBytes));
        }
        if (groups.isEmpty() || groups.size() > MAX_GROUPS) {
            throw new WireException("expected 1 to %d groups, but found %d".formatted(MAX_GROUPS, groups.size()));
        }
        long rest = sealedBytes;
        for (Group group : groups) {
            requireListable(group, cellBytes);
            rest -= group.bytes();
            if (rest < 0) {
                break;
            }
        }
        if (rest != 0) {
            throw new WireException("expected groups of %d bytes together, but found others".formatted(sealedBytes));
        }
    }

    /** Of bytes. */
    public Manifest(int cellBytes, long sealedBytes, ByteString nonce, List<Group> groups) {
        this(cellBytes, sealedBytes, nonce, groups, BYTES);
    }

    private static void requireListable(Group group, int cellBytes) {
        StripeLayout layout = group.bytes() < 1 ? new StripeLayout(1, 1, 0) : group.layout(cellBytes);
        int columns = group.coding().isCopies() ? 1 : group.coding().columns();
        if (layout.stripes() < 1 || layout.stripes() > Columns.MAX_BLOCKS / columns) {
            throw new WireException("expected a group of 1 to %d blocks, but found %d bytes in %s"
                    .formatted(Columns.MAX_BLOCKS, group.bytes(), group.coding()));
        }
    }

    /** The block that says all this. */
    public ByteString encode() {
        List<Cbor> all = new ArrayList<>();
        for (Group group : groups) {
            Map<String, Cbor> fields = new LinkedHashMap<>();
            fields.put("k", Cbor.of(group.coding().dataShards()));
            fields.put("m", Cbor.of(group.coding().parityShards()));
            fields.put("size", Cbor.of(group.bytes()));
            fields.put("list", Cbor.Link.to(group.list()));
            all.add(new Cbor.Entries(fields));
        }
        Map<String, Cbor> root = new LinkedHashMap<>();
        root.put("version", Cbor.of(VERSION));
        root.put("cell", Cbor.of(cellBytes));
        root.put("size", Cbor.of(sealedBytes));
        root.put("nonce", new Cbor.Bytes(nonce));
        root.put("groups", new Cbor.Items(all));
        if (!content.equals(BYTES)) {
            root.put("content", new Cbor.Text(content));
        }
        return CborWriter.write(new Cbor.Entries(root));
    }

    /**
     * Reads a manifest.
     *
     * @throws WireException when the block is not one, or is one of a later version
     */
    public static Manifest decode(ByteString block) {
        Cbor read = CborReader.read(ManifestFields.bounded(block), LIMITS);
        boolean says = read instanceof Cbor.Entries entries && entries.values().containsKey("content");
        ManifestFields root = says
                ? ManifestFields.of(read, "version", "cell", "size", "nonce", "groups", "content")
                : ManifestFields.of(read, "version", "cell", "size", "nonce", "groups");
        long version = root.number("version", Long.MAX_VALUE);
        if (version != VERSION) {
            throw new WireException(
                    "expected a manifest of version 1, but found version %d; use a newer beacon".formatted(version));
        }
        List<Group> groups = new ArrayList<>();
        for (Cbor item : ManifestFields.items(root.get("groups"))) {
            ManifestFields group = ManifestFields.of(item, "k", "m", "size", "list");
            groups.add(new Group(coding(group), group.number("size", Long.MAX_VALUE), Columns.cid(group.get("list"))));
        }
        return new Manifest(
                (int) root.number("cell", MAX_CELL_BYTES),
                root.number("size", Long.MAX_VALUE),
                root.bytes("nonce", NONCE_BYTES),
                groups,
                says ? root.text("content") : BYTES);
    }

    private static Coding coding(ManifestFields group) {
        int k = (int) group.number("k", MAX_SHARDS);
        int m = (int) group.number("m", MAX_SHARDS);
        if (k < 1 || m < 1 || k + m > MAX_SHARDS) {
            throw new WireException(
                    "expected k and m of 1 or more, at most 256 together, but found %d+%d".formatted(k, m));
        }
        return new Coding(k, m);
    }
}

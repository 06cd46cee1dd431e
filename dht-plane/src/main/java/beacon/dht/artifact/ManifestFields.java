package beacon.dht.artifact;

import beacon.dht.cbor.Cbor;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a map, each of which has to be there, and no others. */
final class ManifestFields {
    private final Map<String, Cbor> fields;

    private ManifestFields(Map<String, Cbor> fields) {
        this.fields = fields;
    }

    static ManifestFields of(Cbor value, String... names) {
        if (value instanceof Cbor.Entries entries && entries.values().size() == names.length) {
            for (String name : names) {
                if (!entries.values().containsKey(name)) {
                    throw new WireException("expected the field \"" + name + "\", but found none");
                }
            }
            return new ManifestFields(entries.values());
        }
        throw new WireException("expected a map with the fields " + List.of(names) + ", but found another value");
    }

    /** A block that is not larger than a manifest's may be. */
    static ByteString bounded(ByteString block) {
        if (block.size() > Manifest.MAX_BLOCK_BYTES) {
            throw new WireException("expected a block of at most %d bytes, but found %d"
                    .formatted(Manifest.MAX_BLOCK_BYTES, block.size()));
        }
        return block;
    }

    static List<Cbor> items(Cbor value) {
        if (value instanceof Cbor.Items items) {
            return items.values();
        }
        throw new WireException("expected a list, but found another value");
    }

    Cbor get(String name) {
        @Nullable Cbor value = fields.get(name);
        if (value == null) {
            throw new WireException("expected the field \"" + name + "\", but found none");
        }
        return value;
    }

    long number(String name, long max) {
        if (get(name) instanceof Cbor.Unsigned number && number.bits() >= 0 && number.bits() <= max) {
            return number.bits();
        }
        throw new WireException("expected \"%s\" of 0 to %d, but found another value".formatted(name, max));
    }

    ByteString bytes(String name, int size) {
        if (get(name) instanceof Cbor.Bytes bytes && bytes.value().size() == size) {
            return bytes.value();
        }
        throw new WireException("expected \"%s\" of %d bytes, but found another value".formatted(name, size));
    }

    /** Not empty: what says nothing is left out. */
    String text(String name) {
        if (get(name) instanceof Cbor.Text text && !text.value().isEmpty()) {
            return text.value();
        }
        throw new WireException("expected \"%s\" to be a text, but found another value".formatted(name));
    }
}

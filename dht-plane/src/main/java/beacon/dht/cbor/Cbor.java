package beacon.dht.cbor;

import beacon.dht.wire.WireException;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of the DAG-CBOR data model. */
public sealed interface Cbor {
    /**
     * A whole number that is not negative.
     *
     * @param bits all 64 of them count
     */
    record Unsigned(long bits) implements Cbor {}

    /**
     * A whole number below zero.
     *
     * @param bits the number is -1 minus these, all 64 of them
     */
    record Negative(long bits) implements Cbor {}

    /** Bytes. */
    record Bytes(ByteString value) implements Cbor {}

    /** Text. */
    record Text(String value) implements Cbor {}

    /** A list. */
    record Items(List<Cbor> values) implements Cbor {
        public Items {
            values = List.copyOf(values);
        }
    }

    /** A map with text as keys, always in canonical order: shorter keys first, equally long ones by their bytes. */
    record Entries(Map<String, Cbor> values) implements Cbor {
        private static final Comparator<String> ORDER = Comparator.comparingInt(
                        (String key) -> ByteString.copyFromUtf8(key).size())
                .thenComparing(ByteString::copyFromUtf8, ByteString.unsignedLexicographicalComparator());

        public Entries {
            List<String> keys = new ArrayList<>(values.keySet());
            keys.sort(ORDER);
            Map<String, Cbor> sorted = new LinkedHashMap<>();
            for (String key : keys) {
                Cbor value = values.get(key);
                if (value != null) {
                    sorted.put(key, value);
                }
            }
            values = Collections.unmodifiableMap(sorted);
        }
    }

    /**
     * A link to another block.
     *
     * @param cidBytes binary form; version 0 occurs in the data of others
     */
    record Link(ByteString cidBytes) implements Cbor {
        public static Link to(Cid cid) {
            return new Link(cid.bytes());
        }

        /**
         * Where it leads to.
         *
         * @throws beacon.model.MalformedCid when it is not of version 1
         */
        public Cid cid() {
            return Cid.of(cidBytes);
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Cbor {}

    /** A finite number of 64 bits. */
    record Real(double value) implements Cbor {
        public Real {
            if (!Double.isFinite(value)) {
                throw new WireException("expected a finite number, but found " + value);
            }
        }
    }

    /** Nothing. */
    record Null() implements Cbor {}

    /** A whole number of at most 63 bits. */
    static Cbor of(long value) {
        return value >= 0 ? new Unsigned(value) : new Negative(-1 - value);
    }
}

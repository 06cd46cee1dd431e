package beacon.dht.kademlia;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The validators by namespace; records of other namespaces are refused. */
public final class Validators {
    private final TreeMap<String, RecordValidator> byNamespace;

    public Validators(Map<String, RecordValidator> byNamespace) {
        this.byNamespace = new TreeMap<>(byNamespace);
    }

    /** The validator of a key such as {@code /test/name}. */
    Optional<RecordValidator> of(ByteString key) {
        String text = key.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf('/', 1);
        return text.startsWith("/") && end > 1
                ? Optional.ofNullable(byNamespace.get(text.substring(1, end)))
                : Optional.empty();
    }

    boolean isValid(ByteString key, ByteString value) {
        return of(key).map(validator -> validator.isValid(key, value)).orElse(false);
    }

    boolean isBetter(ByteString key, ByteString value, ByteString than) {
        return of(key).map(validator -> validator.isBetter(key, value, than)).orElse(false);
    }
}

package beacon.keys.custodian;

import beacon.keys.custody.OrgKey;
import beacon.keys.fragments.CurrentKeys;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The newest record of each key that a custodian knows: in a set-up without a log, the judge of which epoch is the
 * present one.
 */
final class RecordShelf implements CurrentKeys {
    private final StateFiles files;
    private final ConcurrentSkipListMap<String, KeyRecord> records = new ConcurrentSkipListMap<>();

    RecordShelf(Path directory) {
        this.files = new StateFiles(directory);
        for (Map.Entry<String, byte[]> file : files.readAll().entrySet()) {
            records.put(file.getKey(), RecordCodec.ofBytes(file.getValue()));
        }
    }

    private static String name(ByteString keyId) {
        return HexFormat.of().formatHex(keyId.toByteArray());
    }

    void put(KeyRecord record) {
        files.write(name(record.keyId()), RecordCodec.toBytes(record));
        records.put(name(record.keyId()), record);
    }

    void remove(ByteString keyId) {
        files.delete(name(keyId));
        records.remove(name(keyId));
    }

    Optional<KeyRecord> get(ByteString keyId) {
        return Optional.ofNullable(records.get(name(keyId)));
    }

    List<KeyRecord> all() {
        return List.copyOf(records.values());
    }

    @Override
    public Optional<OrgKey> current(ByteString keyId) {
        return get(keyId).map(KeyRecord::key);
    }
}

package beacon.keys.plugin;

import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.Bech32;
import beacon.keys.records.BadRecordException;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;

/**
 * {@code age1beacon1…}: the whole public record of a key, since sealing against quantum computers needs the slot keys of
 * all custodians. A few thousand characters.
 */
public final class PluginRecipient {
    private static final String PREFIX = "age1beacon";

    private PluginRecipient() {}

    public static String print(KeyRecord record) {
        return Bech32.encode(PREFIX, RecordCodec.toBytes(record));
    }

    /**
     * Reads a recipient and checks its signatures.
     *
     * @throws AgeException.BadKey when it is none
     */
    public static KeyRecord parse(String text) {
        try {
            return RecordCodec.ofBytes(Bech32.decode(PREFIX, text));
        } catch (BadRecordException malformed) {
            throw new AgeException.BadKey("expected a recipient of this plugin: " + malformed.getMessage());
        }
    }
}

package beacon.sim.custody;

import beacon.keys.envelope.AgeFile;
import beacon.keys.envelope.ArmorReader;
import beacon.keys.envelope.PayloadReader;
import beacon.keys.fragments.FragmentStore;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What is on a custodian's disk for somebody who has both disk and seal. */
final class Theft {
    private Theft() {}

    /**
     * A share as it lies there, whatever its state.
     *
     * @param ritual that it comes from
     */
    record Share(String ritual, ByteString keyId, int epoch, int index, ByteString secret) {}

    static List<Share> of(SimCustodian custodian, SeededEntropy entropy) {
        ByteArrayOutputStream backup = new ByteArrayOutputStream();
        try (FragmentStore store = custodian.stolen(entropy)) {
            store.backup(backup, custodian.seal(), () -> Instant.EPOCH);
        }
        try (PayloadReader payload = AgeFile.open(
                custodian.seal().identities(), new ArmorReader(new ByteArrayInputStream(backup.toByteArray())))) {
            return shares(new String(payload.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<Share> shares(String backup) {
        List<Share> shares = new ArrayList<>();
        for (JsonElement element :
                JsonParser.parseString(backup).getAsJsonObject().getAsJsonArray("rituals")) {
            JsonObject ritual = element.getAsJsonObject();
            if (!ritual.get("id").getAsString().startsWith("own:")) {
                shares.add(new Share(
                        ritual.get("id").getAsString(),
                        bytes(ritual, "keyId"),
                        ritual.get("shareEpoch").getAsInt(),
                        ritual.get("index").getAsInt(),
                        bytes(ritual, "fragment")));
            }
        }
        return shares;
    }

    private static ByteString bytes(JsonObject json, String member) {
        return ByteString.copyFrom(HexFormat.of().parseHex(json.get(member).getAsString()));
    }
}

package beacon.keys.plugin;

import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.Bech32;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code AGE-PLUGIN-BEACON-1…}: where the plugin finds what it needs on this machine. Holds no secret itself.
 *
 * @param keyFile record of the organisation's key
 * @param tlsDirectory the reader's certificate
 * @param subjectKey the reader's key, where custodians ask for role claims
 */
public record PluginIdentity(
        String keyFile, String tlsDirectory, Optional<String> subjectKey, List<String> claims, List<String> approvals) {
    private static final String PREFIX = "age-plugin-beacon-";

    public PluginIdentity {
        claims = List.copyOf(claims);
        approvals = List.copyOf(approvals);
    }

    /** The line for an identity file. */
    public String print() {
        JsonObject json = new JsonObject();
        json.addProperty("key", keyFile);
        json.addProperty("tls", tlsDirectory);
        subjectKey.ifPresent(file -> json.addProperty("subject", file));
        json.add("claims", array(claims));
        json.add("approvals", array(approvals));
        return Bech32.encode(PREFIX, json.toString().getBytes(StandardCharsets.UTF_8))
                .toUpperCase(Locale.ROOT);
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    /**
     * Reads the line.
     *
     * @throws AgeException.BadKey when it is none
     */
    public static PluginIdentity parse(String text) {
        String json = new String(Bech32.decode(PREFIX, text), StandardCharsets.UTF_8);
        try {
            JsonObject object = JsonParser.parseString(json).getAsJsonObject();
            return new PluginIdentity(
                    required(object, "key"),
                    required(object, "tls"),
                    object.has("subject") ? Optional.of(required(object, "subject")) : Optional.empty(),
                    texts(object, "claims"),
                    texts(object, "approvals"));
        } catch (JsonParseException | IllegalStateException | ClassCastException malformed) {
            throw new AgeException.BadKey("expected an identity of this plugin, but found other bytes");
        }
    }

    private static String required(JsonObject object, String name) {
        JsonElement value = object.get(name);
        if (value == null) {
            throw new AgeException.BadKey("expected an identity with \"" + name + "\"");
        }
        return value.getAsString();
    }

    private static List<String> texts(JsonObject object, String name) {
        return object.has(name)
                ? object.getAsJsonArray(name).asList().stream()
                        .map(JsonElement::getAsString)
                        .toList()
                : List.of();
    }
}

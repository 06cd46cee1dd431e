package beacon.keys.fragments;

import beacon.keys.Entropy;
import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.AgeFile;
import beacon.keys.envelope.ArmorReader;
import beacon.keys.envelope.ArmorWriter;
import beacon.keys.envelope.PayloadReader;
import beacon.keys.envelope.PayloadWriter;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The portable form of a store: one JSON document in one armored age file, so that the stock tool is the reader of last
 * resort. Written and read as a stream. JSON texts of fragments live on the heap until they are collected: backup and
 * restore are an administrator's commands in a process of their own (docs/adr/0023).
 */
final class FragmentBackup {
    static final String FORMAT = "fragment-backup/1";

    private static final int MAX_RITUALS = BucketKeys.BUCKETS * Bucket.MAX_RITUALS;

    private FragmentBackup() {}

    /** What stands above the rituals. */
    record Heading(ByteString storeId, long generation, Instant createdAt) {}

    static void write(OutputStream out, StoreSeal seal, Heading heading, IntFunction<Bucket> buckets, Entropy entropy) {
        try (ArmorWriter armor = new ArmorWriter(out);
                PayloadWriter payload = AgeFile.seal(seal.recipients(), entropy, armor)) {
            JsonWriter json = new JsonWriter(new OutputStreamWriter(payload, StandardCharsets.UTF_8));
            json.setIndent(" ");
            json.beginObject().name("format").value(FORMAT);
            json.name("storeId")
                    .value(HexFormat.of().formatHex(heading.storeId().toByteArray()));
            json.name("generation").value(heading.generation());
            json.name("createdAt").value(heading.createdAt().toString());
            json.name("rituals").beginArray();
            for (int number = 0; number < BucketKeys.BUCKETS; number++) {
                try (Bucket bucket = buckets.apply(number)) {
                    for (Ritual ritual : bucket.all()) {
                        writeRitual(json, ritual);
                    }
                }
            }
            json.endArray().endObject().flush();
            payload.finish();
        } catch (IOException failed) {
            throw new FragmentStoreException.Failed("expected to write a backup", failed);
        }
    }

    private static void writeRitual(JsonWriter json, Ritual ritual) throws IOException {
        Ritual.Label label = ritual.label();
        byte[] fragment = ritual.copyFragment();
        json.beginObject();
        json.name("id").value(label.id());
        json.name("timestamp").value(label.timestamp().toString());
        json.name("keyId").value(HexFormat.of().formatHex(label.keyId().toByteArray()));
        json.name("shareEpoch").value(label.epoch());
        json.name("index").value(label.index());
        json.name("state").value(label.state().name());
        json.name("fragment").value(HexFormat.of().formatHex(fragment));
        json.endObject();
        Arrays.fill(fragment, (byte) 0);
    }

    /** All rituals, once the whole backup is known to be authentic; the caller wipes them. */
    static List<Ritual> read(InputStream in, StoreSeal seal) {
        List<Ritual> rituals = new ArrayList<>();
        try (PayloadReader payload = AgeFile.open(seal.identities(), new ArmorReader(in))) {
            JsonReader json = new JsonReader(new InputStreamReader(payload, StandardCharsets.UTF_8));
            json.setStrictness(Strictness.STRICT);
            json.beginObject();
            String format = json.nextName().equals("format") ? json.nextString() : "none";
            if (!format.equals(FORMAT)) {
                throw new FragmentStoreException.UnknownFormat(FORMAT, format);
            }
            while (json.hasNext()) {
                if (json.nextName().equals("rituals")) {
                    readRituals(json, rituals);
                } else {
                    json.skipValue();
                }
            }
            json.endObject();
            // To the very end, so that a cut backup is not taken for a whole one.
            payload.transferTo(OutputStream.nullOutputStream());
            return rituals;
        } catch (AgeException.NoMatch | AgeException.BadMac wrong) {
            throw new FragmentStoreException.WrongSeal(wrong);
        } catch (AgeException
                | IOException
                | IllegalStateException
                | IllegalArgumentException
                | DateTimeException bad) {
            throw new FragmentStoreException.Damaged("the backup");
        }
    }

    private static void readRituals(JsonReader json, List<Ritual> rituals) throws IOException {
        json.beginArray();
        while (json.hasNext()) {
            if (rituals.size() >= MAX_RITUALS) {
                throw new FragmentStoreException.Full(MAX_RITUALS);
            }
            Map<String, String> members = new LinkedHashMap<>();
            json.beginObject();
            while (json.hasNext()) {
                members.put(json.nextName(), json.nextString());
            }
            json.endObject();
            rituals.add(ritual(members));
        }
        json.endArray();
    }

    private static Ritual ritual(Map<String, String> members) {
        Ritual.Label label = new Ritual.Label(
                member(members, "id"),
                Instant.parse(member(members, "timestamp")),
                ByteString.copyFrom(HexFormat.of().parseHex(member(members, "keyId"))),
                Integer.parseInt(member(members, "shareEpoch")),
                Integer.parseInt(member(members, "index")),
                Ritual.State.valueOf(member(members, "state")));
        return Ritual.owning(label, HexFormat.of().parseHex(member(members, "fragment")));
    }

    private static String member(Map<String, String> members, String name) {
        String value = members.get(name);
        if (value == null) {
            throw new IllegalArgumentException("expected a member " + name);
        }
        return value;
    }
}

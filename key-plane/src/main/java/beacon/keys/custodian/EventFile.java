package beacon.keys.custodian;

import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/** Events as JSON lines in a file, each on disk before the custodian answers: what takes the log's place without one. */
public final class EventFile implements EventSink, AutoCloseable {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    private final FileChannel channel;

    private EventFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens a file to append to. */
    public static EventFile open(Path file) {
        try {
            return new EventFile(FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        } catch (IOException failed) {
            throw new CustodianException("expected to append to " + file, failed);
        }
    }

    @Override
    public synchronized void keep(CustodyEvent event) {
        ByteBuffer line = ByteBuffer.wrap((JSON.toJson(json(event)) + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(false);
        } catch (IOException failed) {
            throw new CustodianException("expected to keep an event", failed);
        }
    }

    private static JsonObject json(CustodyEvent event) {
        JsonObject json = new JsonObject();
        json.addProperty("at", event.at().toString());
        if (event instanceof CustodyEvent.Decided decided) {
            json.addProperty("event", "decided");
            json.addProperty("request", hex(decided.requestId()));
            json.addProperty("key", hex(decided.keyId()));
            json.addProperty("subject", decided.subject());
            json.addProperty("purpose", decided.purpose());
            JsonArray items = new JsonArray();
            decided.items().forEach(item -> {
                JsonObject object = new JsonObject();
                object.addProperty("wrap", hex(item.wrapId()));
                object.addProperty("policy", item.policy());
                object.addProperty("granted", item.refused().isEmpty());
                if (!item.refused().isEmpty()) {
                    object.addProperty("refused", item.refused());
                }
                items.add(object);
            });
            json.add("wraps", items);
        } else if (event instanceof CustodyEvent.Refused refused) {
            json.addProperty("event", "refused");
            json.addProperty("request", hex(refused.requestId()));
            json.addProperty("key", hex(refused.keyId()));
            json.addProperty("subject", refused.subject());
            json.addProperty("reason", refused.reason());
        } else if (event instanceof CustodyEvent.Recorded recorded) {
            json.addProperty("event", "recorded");
            json.addProperty("key", hex(recorded.keyId()));
            json.addProperty("epoch", recorded.epoch());
        } else if (event instanceof CustodyEvent.Aborted aborted) {
            json.addProperty("event", "aborted");
            json.addProperty("ritual", aborted.ritualId());
            json.addProperty("blamed", String.join(", ", aborted.blamed()));
        } else if (event instanceof CustodyEvent.Revoked revoked) {
            json.addProperty("event", "revoked");
            json.addProperty("claim", hex(revoked.claimId()));
            json.addProperty("key", hex(revoked.keyId()));
            json.addProperty("reason", revoked.reason());
        }
        return json;
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Override
    public synchronized void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new CustodianException("expected to close the events", failed);
        }
    }
}

package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.node.json.EventJson;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendRequest;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends appends and prints what became of them. */
final class AppendResults {
    /** Appends without an answer; enough to fill the client's frames. */
    private static final int IN_FLIGHT = 1_024;

    private final Session session;
    private final Output output;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private long accepted;
    private long refused;
    private @Nullable Failure firstFailure;

    /** An append on its way. */
    private record Pending(long line, AppendRequest request, CompletableFuture<Accepted> result) {}

    private AppendResults(Session session) {
        this.session = session;
        this.output = session.output();
    }

    /** One append, its answer as an object. */
    static void print(Session session, BeaconClient client, AppendRequest request) {
        try {
            Accepted answer = BeaconClient.await(client.append(request));
            session.output().object(json(request, answer));
        } catch (ClientException e) {
            throw withRequestId(Failures.of(e), e, request);
        }
    }

    /** One append for each line, many in flight, one answer a line in the order of the input. */
    static void stream(Session session, BeaconClient client, BufferedReader lines) throws IOException {
        AppendResults results = new AppendResults(session);
        long number = 0;
        for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            AppendRequest request = client.request(List.of(EventJson.parse(line)), List.of());
            results.pending.add(new Pending(number, request, client.append(request)));
            if (results.pending.size() >= IN_FLIGHT) {
                results.finishOldest();
            }
        }
        while (!results.pending.isEmpty()) {
            results.finishOldest();
        }
        results.end();
    }

    private void finishOldest() {
        Pending oldest = pending.remove();
        try {
            Accepted answer = BeaconClient.await(oldest.result());
            accepted++;
            output.streamed(
                    json(oldest.request(), answer),
                    "line " + oldest.line() + "  accepted  sequence=" + answer.getFirstSequence());
        } catch (ClientException e) {
            refused++;
            Failure failure = withRequestId(Failures.of(e), e, oldest.request());
            if (firstFailure == null) {
                firstFailure = failure;
            }
            JsonObject object = new JsonObject();
            object.addProperty("line", oldest.line());
            object.addProperty("refused", failure.reason());
            object.addProperty("message", failure.getMessage());
            output.streamed(
                    object, "line " + oldest.line() + "  refused  " + failure.reason() + ": " + failure.getMessage());
        }
    }

    private void end() {
        if (firstFailure != null) {
            throw new Failure(
                    firstFailure.reason(),
                    accepted + " accepted, " + refused + " refused; the first: " + firstFailure.getMessage(),
                    firstFailure.advice(),
                    firstFailure);
        }
        if (session.console().interactive()) {
            session.console().err().println(accepted + " accepted");
        }
    }

    private static Failure withRequestId(Failure failure, ClientException cause, AppendRequest request) {
        return cause.outcomeUnknown()
                ? new Failure(
                        failure.reason(),
                        String.valueOf(failure.getMessage()),
                        "it may be in the log; ask again with --request-id " + hex(request),
                        cause)
                : failure;
    }

    private static JsonObject json(AppendRequest request, Accepted answer) {
        JsonObject object = new JsonObject();
        object.addProperty("sequence", answer.getFirstSequence());
        object.addProperty("count", answer.getCount());
        object.addProperty("time", EventJson.time(answer.getTimeUnixMicros()));
        JsonArray revisions = new JsonArray();
        answer.getRevisionsList().forEach(revisions::add);
        object.add("revisions", revisions);
        object.addProperty("request_id", hex(request));
        return object;
    }

    private static String hex(AppendRequest request) {
        return HexFormat.of().formatHex(request.getRequestId().toByteArray());
    }
}

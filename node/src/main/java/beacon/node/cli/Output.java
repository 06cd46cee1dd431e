package beacon.node.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Prints results: one JSON value for programs, or text in columns for people. A verb builds the JSON; the text is made
 * of it, so that neither form can say what the other does not.
 */
final class Output {
    private static final Gson JSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private final PrintStream out;
    private final OutputForm form;

    Output(PrintStream out, OutputForm form) {
        this.out = out;
        this.form = form;
    }

    boolean isJson() {
        return form == OutputForm.JSON;
    }

    /** One thing: a line per member in a table. */
    void object(JsonObject object) {
        if (isJson()) {
            line(JSON.toJson(object));
            return;
        }
        int width = object.keySet().stream().mapToInt(String::length).max().orElse(0);
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            line(padded(entry.getKey(), width) + "  " + text(entry.getValue()));
        }
    }

    /** Things of one kind, all at once: an array, or columns with a header. */
    void rows(List<String> columns, List<JsonObject> rows) {
        if (isJson()) {
            JsonArray array = new JsonArray();
            rows.forEach(array::add);
            line(JSON.toJson(array));
            return;
        }
        List<List<String>> cells = new ArrayList<>();
        cells.add(columns.stream()
                .map(column -> column.toUpperCase(Locale.ROOT).replace('_', ' '))
                .toList());
        for (JsonObject row : rows) {
            cells.add(columns.stream().map(column -> text(row.get(column))).toList());
        }
        int[] widths = new int[columns.size()];
        cells.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        cells.forEach(row -> line(joined(row, widths)));
    }

    /** One of a stream: a JSON line, or the given text. */
    void streamed(JsonObject object, String text) {
        line(isJson() ? JSON.toJson(object) : text);
    }

    /** Hands over what is buffered; ends the command when nobody reads it any more. */
    void requireReader() {
        if (out.checkError()) {
            throw new Failure("OUTPUT_CLOSED", "expected somebody to read the output, but found it closed");
        }
    }

    /** Words for people only. */
    void note(String text) {
        if (!isJson()) {
            line(text);
        }
    }

    void line(String text) {
        out.print(text);
        out.print('\n');
    }

    void flush() {
        out.flush();
    }

    static String toJson(JsonElement element) {
        return JSON.toJson(element);
    }

    /** A value as people read it; nothing for null. */
    static String text(@Nullable JsonElement element) {
        JsonElement value = Objects.requireNonNullElse(element, JsonNull.INSTANCE);
        if (value.isJsonNull()) {
            return "-";
        }
        if (value.isJsonArray()) {
            List<String> items = new ArrayList<>();
            value.getAsJsonArray().forEach(item -> items.add(text(item)));
            return String.join(", ", items);
        }
        return value.isJsonPrimitive() ? value.getAsString() : JSON.toJson(value);
    }

    private static String joined(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == widths.length - 1 ? row.get(i) : padded(row.get(i), widths[i]) + "  ");
        }
        return line.toString().stripTrailing();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}

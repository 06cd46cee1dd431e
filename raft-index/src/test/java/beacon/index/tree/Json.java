package beacon.index.tree;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of the vector files: objects, arrays, strings, whole numbers, booleans and null. */
public final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    public static Object parse(String text) {
        return new Json(text).value();
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Map<String, Object>> cases(String text) {
        return (Map<String, Map<String, Object>>) parse(text);
    }

    private Object value() {
        return switch (next()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private Object word() {
        int start = at - 1;
        while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return word(text.substring(start, at));
    }

    private static Object word(String word) {
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> List.of();
            default -> new BigInteger(word);
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> map = new LinkedHashMap<>();
        while (true) {
            char c = next();
            if (c == '}') {
                return map;
            }
            if (c == ',') {
                continue;
            }
            String key = string();
            next();
            map.put(key, value());
        }
    }

    private List<Object> array() {
        List<Object> list = new ArrayList<>();
        while (true) {
            char c = next();
            if (c == ']') {
                return list;
            }
            if (c != ',') {
                at--;
                list.add(value());
            }
        }
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = text.charAt(at++);
            if (escaped == 'u') {
                out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                at += 4;
            } else {
                out.append(escaped == 'n' ? '\n' : escaped);
            }
        }
        at++;
        return out.toString();
    }

    private char next() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at++);
    }
}

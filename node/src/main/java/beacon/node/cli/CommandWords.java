package beacon.node.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words as a POSIX shell does (Shell Command Language, 2.2 Quoting), without expanding anything: a word with
 * blanks stands in single quotes, where nothing is special, or in double quotes, where a backslash takes what a quote or another
 * backslash means from it; elsewhere a backslash does so for any character. A word that begins with # begins a comment.
 */
final class CommandWords {
    private final String line;
    private final List<String> words = new ArrayList<>();
    private int at;

    private CommandWords(String line) {
        this.line = line;
    }

    /**
     * The words of a line; none when it is blank or a comment.
     *
     * @throws IllegalArgumentException if a quote is not closed or a backslash is the last character
     */
    static List<String> of(String line) {
        CommandWords all = new CommandWords(line);
        all.split();
        return List.copyOf(all.words);
    }

    private void split() {
        while (true) {
            while (at < line.length() && isBlank(line.charAt(at))) {
                at++;
            }
            if (at == line.length() || line.charAt(at) == '#') {
                return;
            }
            words.add(word());
        }
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        while (at < line.length() && !isBlank(line.charAt(at))) {
            char next = line.charAt(at++);
            if (next == '\'' || next == '"') {
                quoted(next, word);
            } else {
                word.append(next == '\\' ? escaped() : next);
            }
        }
        return word.toString();
    }

    private void quoted(char quote, StringBuilder word) {
        int begin = at;
        while (at < line.length()) {
            char next = line.charAt(at++);
            if (next == quote) {
                return;
            }
            boolean escapes = next == '\\'
                    && quote == '"'
                    && at < line.length()
                    && (line.charAt(at) == '"' || line.charAt(at) == '\\');
            word.append(escapes ? escaped() : next);
        }
        throw new IllegalArgumentException(
                "expected a %s that closes the one at character %d, but found none".formatted(quote, begin));
    }

    private char escaped() {
        if (at == line.length()) {
            throw new IllegalArgumentException("expected a character after the last backslash, but found none");
        }
        return line.charAt(at++);
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t';
    }
}

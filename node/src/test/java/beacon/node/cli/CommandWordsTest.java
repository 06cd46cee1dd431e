package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CommandWordsTest {
    @Test
    void splitsAsAShellDoes() {
        assertThat(CommandWords.of("put a\\ b 'c d'\"e\" \"f \\\" \\\\ \\n 'g'\" h#i # j"))
                .containsExactly("put", "a b", "c de", "f \" \\ \\n 'g'", "h#i");
        assertThat(CommandWords.of("''  \t\"\"")).containsExactly("", "");
        assertThat(CommandWords.of(" \t ")).isEmpty();
        assertThat(CommandWords.of("  # nothing 'at all")).isEmpty();
    }

    @Test
    void refusesWhatIsNotClosed() {
        assertThatThrownBy(() -> CommandWords.of("put 'a b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a ' that closes the one at character 5, but found none");
        assertThatThrownBy(() -> CommandWords.of("put \"a'")).hasMessageContaining("closes the one at character 5");
        assertThatThrownBy(() -> CommandWords.of("put \\")).hasMessageContaining("after the last backslash");
    }

    @Property
    void wordsInQuotesComeBack(@ForAll @Size(max = 5) List<@CharRange(from = ' ', to = '~') String> words) {
        String line = words.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));

        assertThat(CommandWords.of(line)).isEqualTo(words);
    }
}

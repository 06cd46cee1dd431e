package beacon.index.tree.note;

import beacon.index.tree.note.NoteException.Reason;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Strict text forms that notes and keys share. */
final class NoteText {
    private NoteText() {}

    /** UTF-8 of a text that has no unpaired surrogates. */
    static byte[] utf8(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] out = new byte[bytes.remaining()];
            bytes.get(out);
            return out;
        } catch (CharacterCodingException e) {
            throw new NoteException(Reason.NOTE, "expected Unicode text, but found an unpaired surrogate");
        }
    }

    static String fromUtf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new NoteException(Reason.NOTE, "expected UTF-8, but found other bytes");
        }
    }

    static void requireNoControls(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' && c != '\n') {
                throw new NoteException(
                        Reason.NOTE, "expected no control character, but found %d at %d".formatted((int) c, i));
            }
        }
    }

    /** Whether the text can name a key. */
    static boolean isKeyName(String name) {
        return !name.isEmpty() && name.codePoints().noneMatch(NoteText::cannotBeInName);
    }

    private static boolean cannotBeInName(int c) {
        return c == '+' || c < ' ' || c == 0x85 || Character.isSpaceChar(c) || Character.isWhitespace(c);
    }

    /** Decodes base64 that is padded and has no stray bits, so that every value has one form. */
    static byte[] base64(String text, Reason reason, String what) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new NoteException(reason, "expected base64 for %s, but found other text".formatted(what));
        }
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new NoteException(reason, "expected canonical base64 for %s, but found another form".formatted(what));
        }
        return bytes;
    }
}

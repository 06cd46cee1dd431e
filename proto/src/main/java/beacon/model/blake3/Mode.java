package beacon.model.blake3;

import java.nio.charset.StandardCharsets;

/** What distinguishes the three uses of BLAKE3: the eight words every chunk starts from, and a flag. */
final class Mode {
    static final Mode HASH = new Mode(Compression.iv(), 0);

    private final int[] key;
    private final int flags;

    private Mode(int[] key, int flags) {
        this.key = key;
        this.flags = flags;
    }

    /** Not copied; nobody writes to it. */
    int[] key() {
        return key;
    }

    int flags() {
        return flags;
    }

    static Mode keyed(byte[] key) {
        if (key.length != Blake3.KEY_BYTES) {
            throw new IllegalArgumentException(
                    "expected a key of " + Blake3.KEY_BYTES + " bytes, but found " + key.length);
        }
        return new Mode(words(key), Compression.KEYED_HASH);
    }

    static Mode deriving(String context) {
        byte[] text = context.getBytes(StandardCharsets.UTF_8);
        byte[] key = new Subtree(new Mode(Compression.iv(), Compression.DERIVE_KEY_CONTEXT))
                .node(text, 0, text.length, 0)
                .root(Blake3.KEY_BYTES);
        return new Mode(words(key), Compression.DERIVE_KEY_MATERIAL);
    }

    private static int[] words(byte[] key) {
        int[] words = new int[8];
        for (int i = 0; i < words.length; i++) {
            words[i] = Compression.read(key, 4 * i);
        }
        return words;
    }
}

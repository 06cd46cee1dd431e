package beacon.node.tree;

import beacon.node.tree.TreeException.Reason;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/** Which names and links an archive of a directory may have, and their order. Both sides ask here. */
final class TreePaths {
    /** Of a path from the root of the directory on, and of the target of a link: what Linux takes. */
    static final int MAX_BYTES = 4_095;

    /** Of names in one directory: by their bytes in UTF-8, which is the same everywhere. */
    static final Comparator<String> ORDER =
            Comparator.comparing(ByteString::copyFromUtf8, ByteString.unsignedLexicographicalComparator());

    private TreePaths() {}

    /**
     * Checks a path.
     *
     * @throws TreeException when it is not one that leads down, from name to name
     */
    static void requireInside(String path) {
        requireLength(path);
        for (String name : path.split("/", -1)) {
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
                throw new TreeException(
                        Reason.UNSAFE_PATH,
                        "expected a path inside the directory, but found \"" + printable(path) + '"');
            }
        }
    }

    /**
     * Checks the target of a link: steps up, at most as many as lead to the root, then steps down. A step up after one
     * down is refused, since what it leads to depends on other links.
     *
     * @param depth directories between the root and the link
     * @throws TreeException when it may lead out of the directory
     */
    static void requireInside(String path, int depth, String target) {
        requireLength(target);
        boolean down = false;
        int left = depth;
        boolean inside = !target.isEmpty() && !target.startsWith("/") && target.indexOf('\0') < 0;
        for (String name : target.split("/", -1)) {
            if (name.equals("..")) {
                inside &= !down && left-- > 0;
            } else {
                down |= !name.isEmpty() && !name.equals(".");
            }
        }
        if (!inside) {
            throw new TreeException(
                    Reason.UNSAFE_PATH,
                    "expected a link that stays inside the directory, but found \"%s\" that leads to \"%s\""
                            .formatted(printable(path), printable(target)));
        }
    }

    private static void requireLength(String path) {
        int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new TreeException(
                    Reason.UNSAFE_PATH,
                    "expected a path of at most %d bytes, but found one of %d".formatted(MAX_BYTES, bytes));
        }
    }

    /** For a line on a terminal, which control characters would change. */
    static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(256).forEach(each -> {
            if (Character.isISOControl(each)) {
                shown.append("\\u%04x".formatted(each));
            } else {
                shown.appendCodePoint(each);
            }
        });
        return shown.toString();
    }
}

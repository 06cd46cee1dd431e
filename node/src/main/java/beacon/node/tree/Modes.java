package beacon.node.tree;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Permissions as the nine bits that archives have. */
final class Modes {
    private static final int FIRST = 0400;

    private Modes() {}

    static int bits(Set<PosixFilePermission> permissions) {
        int bits = 0;
        int bit = FIRST;
        // Declared from the owner's right to read, the highest bit, to that of others to execute.
        for (PosixFilePermission each : PosixFilePermission.values()) {
            bits |= permissions.contains(each) ? bit : 0;
            bit >>= 1;
        }
        return bits;
    }

    static Set<PosixFilePermission> permissions(int bits) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        int bit = FIRST;
        for (PosixFilePermission each : PosixFilePermission.values()) {
            if ((bits & bit) != 0) {
                permissions.add(each);
            }
            bit >>= 1;
        }
        return permissions;
    }
}

package beacon.node.backup;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Constants of the file form, see the package. */
final class BackupFormat {
    static final byte[] MAGIC = "BEACONB1".getBytes(StandardCharsets.US_ASCII);
    static final int HASH_BYTES = 32;

    /** Above any chunk a member sends; a damaged length must not fill memory. */
    static final int MAX_RECORD_BYTES = 16 << 20;

    private BackupFormat() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

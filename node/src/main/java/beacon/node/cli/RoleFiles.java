package beacon.node.cli;

import beacon.keys.signatures.OrgRoot;
import beacon.keys.signatures.SignatureCodec;
import beacon.keys.signatures.SignedStatement;
import beacon.keys.signatures.SubjectKey;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/** Small files of the key verbs: a line that names the format, then base64. */
final class RoleFiles {
    static final String STATEMENT = "beacon-signed-statement/1";
    static final String SUBJECT = "beacon-subject-key/1";

    private RoleFiles() {}

    static OrgRoot root(Path file) {
        try {
            return OrgRoot.parse(read(file));
        } catch (IllegalArgumentException e) {
            throw new Failure("NO_ROOT", "expected an organisation's root in " + file + ": " + e.getMessage());
        }
    }

    static SignedStatement statement(Path file) {
        return SignatureCodec.parse(ByteString.copyFrom(body(file, STATEMENT)))
                .orElseThrow(() -> new Failure("NO_STATEMENT", "expected a signed statement in " + file));
    }

    static String print(SignedStatement statement) {
        return STATEMENT + "\n"
                + Base64.getMimeEncoder(76, new byte[] {'\n'})
                        .encodeToString(SignatureCodec.toBytes(statement).toByteArray())
                + "\n";
    }

    static SubjectKey subject(Path file) {
        byte[] seed = body(file, SUBJECT);
        try {
            return SubjectKey.of(seed);
        } catch (IllegalArgumentException e) {
            throw new Failure("NO_SUBJECT", "expected a subject's key in " + file + ": " + e.getMessage());
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    private static byte[] body(Path file, String head) {
        String text = read(file);
        if (!text.startsWith(head + "\n")) {
            throw new Failure("BAD_FILE", "expected a file that starts with " + head + ", but found another: " + file);
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(head.length() + 1));
        } catch (IllegalArgumentException e) {
            throw new Failure("BAD_FILE", "expected base64 in " + file);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + file, e);
        }
    }

    /** Writes a new file that its owner alone may read; refuses to replace one. */
    static void writeSecret(Path file, byte[] bytes) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] mode = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try (var channel =
                Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            channel.write(java.nio.ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write the new file " + file, e);
        }
    }

    /** Writes a new public file; refuses to replace one. */
    static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write the new file " + file, e);
        }
    }
}

package beacon.node.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/** PEM files of keys and certificates: written whole or not at all, and never over an existing file. */
final class PemFiles {
    /** Far above any chain; keeps a wrong path from filling memory. */
    private static final long MAX_FILE_BYTES = 1 << 20;

    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";

    private PemFiles() {}

    static void writeKey(Path file, PrivateKey key) {
        write(file, pem(PRIVATE_KEY, key.getEncoded()), "rw-------");
    }

    static void writeCertificate(Path file, X509Certificate certificate) {
        try {
            write(file, pem(CERTIFICATE, certificate.getEncoded()), "rw-r--r--");
        } catch (GeneralSecurityException e) {
            throw new CaException("expected a certificate that can be encoded for " + file, e);
        }
    }

    static X509Certificate readCertificate(Path file) {
        byte[] content = read(file, CERTIFICATE);
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(content));
        } catch (GeneralSecurityException e) {
            throw new CaException("expected an X.509 certificate in " + file + ", but found something else", e);
        }
    }

    static void writeText(Path file, String text) {
        write(file, text, "rw-r--r--");
    }

    /** @param algorithm of the key, as a KeyFactory names it */
    static PrivateKey readKey(Path file, String algorithm) {
        byte[] content = read(file, PRIVATE_KEY);
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
        } catch (GeneralSecurityException e) {
            throw new CaException(
                    "expected a key for " + algorithm + " in PKCS#8 form in " + file + ", but found something else", e);
        }
    }

    private static byte[] read(Path file, String expectedType) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new CaException("expected a PEM file at " + file + ", but found none");
            }
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new CaException("expected a PEM file of at most " + MAX_FILE_BYTES + " bytes at " + file);
            }
            try (PemReader reader = new PemReader(new StringReader(Files.readString(file)))) {
                PemObject object = reader.readPemObject();
                if (object == null || !object.getType().equals(expectedType)) {
                    throw new CaException("expected a PEM block \"" + expectedType + "\" in " + file + ", but found "
                            + (object == null ? "none" : "\"" + object.getType() + "\""));
                }
                return object.getContent();
            }
        } catch (IOException e) {
            throw new CaException("expected a readable PEM file at " + file, e);
        }
    }

    private static String pem(String type, byte[] content) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * A link to a finished, synced temporary file either succeeds or finds the name taken, so no crash leaves half a
     * key and no second call replaces one.
     */
    private static void write(Path file, String text, String mode) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new CaException("expected a file in a directory, but found " + file);
        }
        @Nullable Path temporary = null;
        try {
            temporary = Files.createTempFile(directory, ".pem", null, mode(mode));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.write(StandardCharsets.US_ASCII.encode(text));
                channel.force(true);
            }
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw new CaException("expected no file at " + file + ", but found one; it is left as it was", e);
        } catch (IOException e) {
            throw new CaException("expected to write " + file + ", but could not: " + e.getMessage(), e);
        } finally {
            delete(temporary);
        }
    }

    private static void delete(@Nullable Path temporary) {
        try {
            if (temporary != null) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static FileAttribute<?>[] mode(String mode) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}

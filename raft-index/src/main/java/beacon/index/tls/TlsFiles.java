package beacon.index.tls;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * The three PEM files a process needs for mutual TLS, and the contexts made of them: TLS 1.3 only, both sides show a
 * certificate of the same CA. The engine is the BoringSSL that comes with gRPC, which spends less CPU on small records
 * than the JDK's; where its native library does not load (musl, unusual CPUs) the JDK's engine takes over.
 *
 * @param ca certificates of the CAs whose peers are trusted
 * @param certificate own certificate, followed by intermediates if any
 * @param key PKCS#8 private key, not encrypted; its protection is the file mode
 */
public record TlsFiles(Path ca, Path certificate, Path key) {
    /** File names in a directory made by {@code beacon ca issue}. */
    public static final String CA_FILE = "ca.pem";

    public static final String CERTIFICATE_FILE = "cert.pem";
    public static final String KEY_FILE = "key.pem";

    private static final String PROTOCOL = "TLSv1.3";
    /** Of the store in memory through which the key is handed on: the default type stretches a password for each use. */
    private static final String KEY_STORE = "JKS";

    /** The files of a directory made by {@code beacon ca issue}. */
    public static TlsFiles in(Path directory) {
        return new TlsFiles(
                directory.resolve(CA_FILE), directory.resolve(CERTIFICATE_FILE), directory.resolve(KEY_FILE));
    }

    /**
     * For a server: every client must show a certificate of the CA.
     *
     * @throws TlsException when a file is missing, or is not what it should be
     */
    public SslContext serverContext() {
        requireReadable();
        try {
            return configure(SslContextBuilder.forServer(certificate.toFile(), key.toFile()))
                    .clientAuth(ClientAuth.REQUIRE)
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw unusable(e);
        }
    }

    /**
     * For a client: the server must show a certificate of the CA that names the host that was dialled.
     *
     * @throws TlsException when a file is missing, or is not what it should be
     */
    public SslContext clientContext() {
        requireReadable();
        try {
            return configure(SslContextBuilder.forClient().keyManager(certificate.toFile(), key.toFile()))
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw unusable(e);
        }
    }

    private SslContextBuilder configure(SslContextBuilder builder) {
        return GrpcSslContexts.configure(builder, provider())
                .protocols(PROTOCOL)
                .keyStoreType(KEY_STORE)
                .trustManager(ca.toFile());
    }

    private static SslProvider provider() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }

    private void requireReadable() {
        for (Path file : List.of(ca, certificate, key)) {
            if (!Files.isReadable(file)) {
                throw new TlsException("expected a readable PEM file at " + file + ", but found none");
            }
        }
    }

    private TlsException unusable(Exception cause) {
        return new TlsException(
                "expected CA, certificate and key in PEM form, but found something else among " + ca + ", "
                        + certificate + ", " + key,
                cause);
    }
}

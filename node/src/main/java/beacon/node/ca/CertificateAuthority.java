package beacon.node.ca;

import beacon.index.tls.TlsFiles;
import beacon.proto.grpc.PeerIdentity;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The private certificate authority of one cluster, kept in a directory: {@code ca.pem}, {@code ca-key.pem} and the
 * {@link LogKey}. It issues certificates whose identity is a {@link PeerIdentity}.
 *
 * <p>Keys are ECDSA over P-256: TLS 1.3 requires it of every implementation, BoringSSL and the JDK both have it as fast
 * native code, and signatures are small, so that a handshake costs little. Ed25519 would be simpler, but the BoringSSL
 * inside gRPC does not offer it for certificates by default.
 */
public final class CertificateAuthority {
    public static final String KEY_FILE = "ca-key.pem";

    /** A CA outlives its leaves; a new one means touching every process. */
    private static final Duration CA_VALIDITY = Duration.ofDays(3650);

    /** Members' clocks differ; a certificate is good a little before it was made. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 127;

    private final String cluster;
    private final X509Certificate certificate;
    private final PrivateKey key;
    private final Path directory;
    private final InstantSource clock;
    private final SecureRandom random;

    private CertificateAuthority(
            Path directory, X509Certificate certificate, PrivateKey key, InstantSource clock, SecureRandom random) {
        this.directory = directory;
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
        this.random = random;
        this.cluster = CertificateFacts.clusterOf(certificate)
                .orElseThrow(() -> new CaException("expected a CA certificate with a URI name beacon://<cluster> in "
                        + directory + ", but found none"));
    }

    /**
     * Makes a new CA in a directory, which is created when it does not exist.
     *
     * @param organisation shown to people, in the subject of each certificate
     * @throws CaException when the directory already holds a CA
     */
    public static CertificateAuthority create(
            Path directory, String cluster, String organisation, InstantSource clock) {
        if (!PeerIdentity.isName(cluster)) {
            throw new CaException(
                    "expected a cluster name of 1 to 64 characters of [A-Za-z0-9._-], but found \"" + cluster + "\"");
        }
        if (organisation.isBlank() || organisation.length() > 64) {
            throw new CaException("expected an organisation of 1 to 64 characters, but found " + organisation.length());
        }
        SecureRandom random = new SecureRandom();
        KeyPair pair = newKeyPair(random);
        X509Certificate certificate = selfSigned(pair, cluster, organisation, clock.instant(), random);
        createDirectory(directory);
        PemFiles.writeKey(directory.resolve(KEY_FILE), pair.getPrivate());
        LogKey.create(directory, cluster);
        PemFiles.writeCertificate(directory.resolve(TlsFiles.CA_FILE), certificate);
        return new CertificateAuthority(directory, certificate, pair.getPrivate(), clock, random);
    }

    /**
     * Opens the CA of a directory.
     *
     * @throws CaException when there is none, or key and certificate do not belong together
     */
    public static CertificateAuthority open(Path directory, InstantSource clock) {
        X509Certificate certificate = PemFiles.readCertificate(directory.resolve(TlsFiles.CA_FILE));
        PrivateKey key = PemFiles.readKey(directory.resolve(KEY_FILE), "EC");
        KeyPairs.requireMatch(certificate, key, directory);
        return new CertificateAuthority(directory, certificate, key, clock, new SecureRandom());
    }

    /** Whether a directory holds a CA. */
    public static boolean existsIn(Path directory) {
        return Files.exists(directory.resolve(TlsFiles.CA_FILE)) && Files.exists(directory.resolve(KEY_FILE));
    }

    /** Trust domain of every certificate this CA issues. */
    public String cluster() {
        return cluster;
    }

    /**
     * Issues a certificate with a new key into a directory, together with a copy of the CA certificate; a member also
     * gets the key that signs checkpoints.
     *
     * @throws CaException when the directory already holds one of the three files
     */
    public TlsFiles issue(Path target, CertificateRequest request) {
        if (!request.identity().cluster().equals(cluster)) {
            throw new CaException("expected an identity of cluster \"" + cluster + "\", but found \""
                    + request.identity().uri() + "\"");
        }
        TlsFiles files = TlsFiles.in(target);
        for (Path file : List.of(files.key(), files.certificate(), files.ca())) {
            if (Files.exists(file)) {
                throw new CaException("expected no file at " + file + ", but found one; it is left as it was");
            }
        }
        KeyPair pair = newKeyPair(random);
        X509Certificate leaf = leaf(pair, request);
        createDirectory(target);
        PemFiles.writeKey(files.key(), pair.getPrivate());
        PemFiles.writeCertificate(files.certificate(), leaf);
        PemFiles.writeCertificate(files.ca(), certificate);
        if (request.identity().kind() == PeerIdentity.Kind.MEMBER) {
            LogKey.copy(directory, target);
        }
        return files;
    }

    /** Directory of the CA. */
    public Path directory() {
        return directory;
    }

    private X509Certificate leaf(KeyPair pair, CertificateRequest request) {
        Instant now = clock.instant();
        Instant end = now.plus(request.validity());
        Instant caEnd = certificate.getNotAfter().toInstant();
        if (end.isAfter(caEnd)) {
            throw new CaException(
                    "expected a certificate that ends before its CA does (" + caEnd + "), but found " + end);
        }
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    certificate,
                    serial(random),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(end),
                    Subjects.named(cluster, request.identity().actor()),
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, purposes(request.identity()));
            builder.addExtension(
                    Extension.subjectAlternativeName, false, Subjects.of(request.identity(), request.hosts()));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(certificate));
            return signed(builder, key);
        } catch (GeneralSecurityException | CertIOException e) {
            throw new CaException(
                    "expected to make a certificate for " + request.identity().uri(), e);
        }
    }

    /** Only members and custodians may serve: a client's certificate does not pass for a server's. */
    private static ExtendedKeyUsage purposes(PeerIdentity identity) {
        return switch (identity.kind()) {
            case MEMBER, CUSTODIAN ->
                new ExtendedKeyUsage(new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth});
            case CLIENT, OPERATOR -> new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth);
        };
    }

    private static X509Certificate selfSigned(
            KeyPair pair, String cluster, String organisation, Instant now, SecureRandom random) {
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            var subject = Subjects.named(organisation, "Beacon CA of " + cluster);
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    subject,
                    serial(random),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(now.plus(CA_VALIDITY)),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(Extension.subjectAlternativeName, false, Subjects.ofCluster(cluster));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
            return signed(builder, pair.getPrivate());
        } catch (GeneralSecurityException | CertIOException e) {
            throw new CaException("expected to make a CA certificate for " + cluster, e);
        }
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(KeyPairs.SIGNATURE).build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair newKeyPair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new CaException("expected a JDK with elliptic curve P-256, but found none", e);
        }
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
    }

    private static void createDirectory(Path directory) {
        try {
            Files.createDirectories(directory, PemFiles.mode("rwx------"));
        } catch (IOException e) {
            throw new CaException("expected to create the directory " + directory + ", but could not", e);
        }
    }
}

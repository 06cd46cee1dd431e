package beacon.node.introduction;

import beacon.dht.wire.PeerId;
import beacon.index.tls.TlsFiles;
import beacon.keys.primitives.Hkdf;
import beacon.proto.grpc.PeerIdentity;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** The certificate of this process, its key, and the authorities whose certificates it believes. */
public final class Credentials {
    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final Set<TrustAnchor> anchors;
    private final PeerIdentity self;

    private Credentials(List<X509Certificate> chain, PrivateKey key, Set<TrustAnchor> anchors) {
        this.chain = chain;
        this.key = key;
        this.anchors = anchors;
        this.self = PeerIdentity.of(chain.get(0))
                .orElseThrow(() -> new IntroductionException(
                        "expected a certificate that names a peer of a cluster, but found another"));
    }

    /**
     * Reads the files with which the process also speaks to the index.
     *
     * @throws IntroductionException when they are not what they should be
     */
    public static Credentials read(TlsFiles files) {
        try {
            List<X509Certificate> chain = certificates(files.certificate());
            Set<TrustAnchor> anchors = new LinkedHashSet<>();
            certificates(files.ca()).forEach(ca -> anchors.add(new TrustAnchor(ca, null)));
            return new Credentials(
                    chain, key(files.key(), algorithm(chain.get(0).getPublicKey())), anchors);
        } catch (GeneralSecurityException e) {
            throw new IntroductionException("expected a certificate and its key in " + files.certificate(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("expected a readable certificate and key", e);
        }
    }

    /**
     * A secret that only who has the key of this certificate can make.
     *
     * @param use what for, apart from all others
     * @return the caller wipes it
     */
    public byte[] derive(byte[] salt, String use, int sizeBytes) {
        byte[] secret = key.getEncoded();
        try {
            return Hkdf.sha256(secret, salt, use.getBytes(StandardCharsets.UTF_8), sizeBytes);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        List<X509Certificate> found = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                found.add((X509Certificate) certificate);
            }
        }
        if (found.isEmpty()) {
            throw new IntroductionException("expected a certificate in " + file + ", but found none");
        }
        return found;
    }

    private static PrivateKey key(Path file, String algorithm) throws IOException, GeneralSecurityException {
        try (PemReader reader = new PemReader(new StringReader(Files.readString(file)))) {
            PemObject object = reader.readPemObject();
            if (object == null) {
                throw new IntroductionException("expected a private key in " + file + ", but found none");
            }
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(object.getContent()));
        }
    }

    private static String algorithm(PublicKey key) {
        return key.getAlgorithm().equals("EdDSA") ? "Ed25519" : key.getAlgorithm();
    }

    private static Signature signature(PublicKey key) throws GeneralSecurityException {
        return Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    case "Ed25519", "EdDSA" -> "Ed25519";
                    default ->
                        throw new IntroductionException(
                                "expected a key for EC, RSA or Ed25519, but found " + key.getAlgorithm());
                });
    }

    /** Who this process is. */
    public PeerIdentity self() {
        return self;
    }

    /** What the peer {@code from}, which is this process, says to the peer {@code to}. */
    Introduction introduce(PeerId from, PeerId to) {
        try {
            Signature signature = signature(chain.get(0).getPublicKey());
            signature.initSign(key);
            signature.update(Introduction.signedBytes(from, to).toByteArray());
            List<ByteString> encoded = new ArrayList<>();
            for (X509Certificate certificate : chain) {
                encoded.add(ByteString.copyFrom(certificate.getEncoded()));
            }
            return new Introduction(encoded, ByteString.copyFrom(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IntroductionException("expected a key that signs", e);
        }
    }

    /** Somebody who was let in. */
    record Guest(PeerIdentity identity, Instant until) {}

    /**
     * Checks what a peer said.
     *
     * @throws IntroductionException when it does not hold now
     */
    Guest verify(Introduction introduction, PeerId from, PeerId to, Instant now) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> shown = new ArrayList<>();
            for (ByteString der : introduction.chain()) {
                shown.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der.toByteArray())));
            }
            PKIXParameters rules = new PKIXParameters(anchors);
            rules.setRevocationEnabled(false);
            rules.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(shown), rules);
            X509Certificate leaf = shown.get(0);
            Signature signature = signature(leaf.getPublicKey());
            signature.initVerify(leaf.getPublicKey());
            signature.update(Introduction.signedBytes(from, to).toByteArray());
            if (!signature.verify(introduction.signature().toByteArray())) {
                throw new IntroductionException(
                        "expected a signature by the certificate's key over both peers, but found another");
            }
            return new Guest(identity(leaf), leaf.getNotAfter().toInstant());
        } catch (GeneralSecurityException e) {
            throw new IntroductionException("expected a certificate of this cluster's authority: " + e.getMessage(), e);
        }
    }

    private PeerIdentity identity(X509Certificate leaf) {
        PeerIdentity identity = PeerIdentity.of(leaf)
                .orElseThrow(() -> new IntroductionException("expected a certificate that names a peer of a cluster"));
        if (!identity.cluster().equals(self.cluster())) {
            throw new IntroductionException("expected a peer of cluster \"%s\", but found one of \"%s\""
                    .formatted(self.cluster(), identity.cluster()));
        }
        return identity;
    }
}

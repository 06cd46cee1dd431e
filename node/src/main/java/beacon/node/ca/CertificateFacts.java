package beacon.node.ca;

import beacon.proto.grpc.PeerIdentity;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a certificate says, for {@code beacon ca show}.
 *
 * @param identity of a leaf; empty for a CA
 * @param cluster of a CA; empty for a leaf
 * @param names host names and addresses
 * @param sha256 fingerprint in hexadecimal
 */
public record CertificateFacts(
        Optional<PeerIdentity> identity,
        Optional<String> cluster,
        String subject,
        String issuer,
        List<String> names,
        Instant notBefore,
        Instant notAfter,
        String serial,
        String sha256) {
    private static final Pattern CLUSTER = Pattern.compile("beacon://([A-Za-z0-9._-]{1,64})");
    private static final int URI_NAME = 6;

    /**
     * The facts of the certificate in a PEM file.
     *
     * @throws CaException when the file holds no certificate
     */
    public static CertificateFacts read(Path file) {
        X509Certificate certificate = PemFiles.readCertificate(file);
        return new CertificateFacts(
                PeerIdentity.of(certificate),
                clusterOf(certificate),
                certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(),
                names(certificate, false),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                certificate.getSerialNumber().toString(16),
                fingerprint(certificate));
    }

    /** Whether the certificate is good at a moment. */
    public boolean isValidAt(Instant moment) {
        return !moment.isBefore(notBefore) && !moment.isAfter(notAfter);
    }

    /** Trust domain that a CA certificate names. */
    static Optional<String> clusterOf(X509Certificate certificate) {
        for (String uri : names(certificate, true)) {
            Matcher matcher = CLUSTER.matcher(uri);
            if (matcher.matches()) {
                return Optional.of(matcher.group(1));
            }
        }
        return Optional.empty();
    }

    private static List<String> names(X509Certificate certificate, boolean uris) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> name : all) {
                    if (Integer.valueOf(URI_NAME).equals(name.get(0)) == uris) {
                        names.add(String.valueOf(name.get(1)));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            throw new CaException("expected readable alternative names in a certificate", e);
        }
        return List.copyOf(names);
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new CaException("expected to hash a certificate", e);
        }
    }
}

package beacon.node.ca;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/** Whether a certificate and a private key belong together. */
final class KeyPairs {
    static final String SIGNATURE = "SHA256withECDSA";

    private static final byte[] PROBE = "beacon key pair".getBytes(StandardCharsets.US_ASCII);

    private KeyPairs() {}

    static void requireMatch(X509Certificate certificate, PrivateKey key, Path directory) {
        try {
            Signature signer = Signature.getInstance(SIGNATURE);
            signer.initSign(key);
            signer.update(PROBE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(SIGNATURE);
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(PROBE);
            if (verifier.verify(signature)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new CaException("expected an ECDSA key and its certificate in " + directory, e);
        }
        throw new CaException(
                "expected the key of the certificate in " + directory + ", but found that of another certificate");
    }
}

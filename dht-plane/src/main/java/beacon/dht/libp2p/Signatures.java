package beacon.dht.libp2p;

import beacon.dht.wire.PublicKeyBytes;
import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Checks signatures of peers, with whatever kind of key they have. Keys that would be too costly to check are refused:
 * RSA below 2,048 and above 8,192 bits.
 */
final class Signatures {
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;

    private Signatures() {}

    /** Apart, since hardly any peer has such a key, and the curves of the library are 150 classes. */
    private static final class Secp256k1 {
        static final ECDomainParameters DOMAIN = domain();

        private static ECDomainParameters domain() {
            X9ECParameters curve = CustomNamedCurves.getByName("secp256k1");
            return new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH());
        }
    }

    /** Whether the key made the signature; malformed keys and signatures are a no. */
    static boolean verify(PublicKeyBytes key, ByteString message, ByteString signature) {
        byte[] data = key.data().toByteArray();
        byte[] text = message.toByteArray();
        byte[] signed = signature.toByteArray();
        try {
            return switch (key.type()) {
                case ED25519 -> ed25519(data, text, signed);
                case SECP256K1 -> secp256k1(data, text, signed);
                case RSA -> rsa(data, text, signed);
                case ECDSA -> ecdsa(data, text, signed);
            };
        } catch (GeneralSecurityException | RuntimeException e) {
            // The libraries report malformed keys and DER by many unrelated exceptions, null pointers among them.
            return false;
        }
    }

    private static boolean ed25519(byte[] key, byte[] message, byte[] signature) {
        return key.length == Ed25519.PUBLIC_KEY_SIZE
                && signature.length == Ed25519.SIGNATURE_SIZE
                && Ed25519.verify(signature, 0, key, 0, message, 0, message.length);
    }

    private static boolean secp256k1(byte[] key, byte[] message, byte[] signature) {
        ASN1Sequence parts = ASN1Sequence.getInstance(signature);
        if (key.length != 33 || parts.size() != 2) {
            return false;
        }
        BigInteger r = ASN1Integer.getInstance(parts.getObjectAt(0)).getPositiveValue();
        BigInteger s = ASN1Integer.getInstance(parts.getObjectAt(1)).getPositiveValue();
        ECDSASigner signer = new ECDSASigner();
        signer.init(false, new ECPublicKeyParameters(Secp256k1.DOMAIN.getCurve().decodePoint(key), Secp256k1.DOMAIN));
        return signer.verifySignature(Digests.sha256().digest(message), r, s);
    }

    private static boolean rsa(byte[] key, byte[] message, byte[] signature) throws GeneralSecurityException {
        PublicKey publicKey = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(key));
        if (!(publicKey instanceof RSAPublicKey rsa)
                || rsa.getModulus().bitLength() < MIN_RSA_BITS
                || rsa.getModulus().bitLength() > MAX_RSA_BITS
                || rsa.getPublicExponent().bitLength() > 32) {
            return false;
        }
        return jdk("SHA256withRSA", publicKey, message, signature);
    }

    private static boolean ecdsa(byte[] key, byte[] message, byte[] signature) throws GeneralSecurityException {
        PublicKey publicKey = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key));
        return publicKey instanceof ECPublicKey && jdk("SHA256withECDSA", publicKey, message, signature);
    }

    private static boolean jdk(String algorithm, PublicKey key, byte[] message, byte[] signature)
            throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key);
        verifier.update(message);
        return verifier.verify(signature);
    }
}

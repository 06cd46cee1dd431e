package beacon.keys.signatures;

import java.util.Optional;

/** Signature algorithms. The name is what stands on the wire and in files. */
public enum Algorithm {
    ED25519("ed25519", 32, 64),
    ML_DSA_65("ml-dsa-65", 1952, 3309),
    SLH_DSA_128S("slh-dsa-sha2-128s", 32, 7856);

    private final String word;
    private final int publicKeyBytes;
    private final int signatureBytes;

    Algorithm(String word, int publicKeyBytes, int signatureBytes) {
        this.word = word;
        this.publicKeyBytes = publicKeyBytes;
        this.signatureBytes = signatureBytes;
    }

    public String word() {
        return word;
    }

    public int publicKeyBytes() {
        return publicKeyBytes;
    }

    public int signatureBytes() {
        return signatureBytes;
    }

    /** The algorithm of a name. */
    public static Optional<Algorithm> of(String word) {
        for (Algorithm algorithm : values()) {
            if (algorithm.word.equals(word)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}

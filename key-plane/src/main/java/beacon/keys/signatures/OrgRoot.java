package beacon.keys.signatures;

import beacon.keys.primitives.Sha512;
import beacon.model.DidKey;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The public keys of an organisation's root, which custodians and readers pin: statements count only with a good
 * signature of both. Where there is an offline root, its SLH-DSA signature certifies the two.
 *
 * @param offline SLH-DSA key and its signature of the rest; empty without an offline root
 */
public record OrgRoot(String organisation, ByteString ed25519, ByteString mlDsa65, Optional<Offline> offline) {
    private static final String HEAD = "beacon-org-root/1";

    /** The offline root and what it says about the online one. */
    public record Offline(ByteString publicKey, ByteString certificate) {}

    public OrgRoot {
        if (ed25519.size() != Algorithm.ED25519.publicKeyBytes()
                || mlDsa65.size() != Algorithm.ML_DSA_65.publicKeyBytes()) {
            throw new IllegalArgumentException("expected an Ed25519 and an ML-DSA-65 key");
        }
        if (offline.isPresent() && !certified(organisation, ed25519, mlDsa65, offline.get())) {
            throw new IllegalArgumentException("expected the offline root's signature of the online keys");
        }
    }

    private static boolean certified(String organisation, ByteString ed25519, ByteString mlDsa65, Offline offline) {
        return Signatures.verify(
                Algorithm.SLH_DSA_128S,
                offline.publicKey().toByteArray(),
                toCertify(organisation, ed25519, mlDsa65),
                offline.certificate().toByteArray());
    }

    static byte[] toCertify(String organisation, ByteString ed25519, ByteString mlDsa65) {
        return Sha512.of("beacon/org-root/v1")
                .field(organisation.getBytes(StandardCharsets.UTF_8))
                .field(ed25519.toByteArray())
                .field(mlDsa65.toByteArray())
                .digest();
    }

    /** What the organisation is called: the did:key of its Ed25519 key. */
    public String did() {
        return DidKey.of(ed25519);
    }

    /** True when both keys signed the statement for this use. */
    public boolean verifies(String use, SignedStatement signed) {
        byte[] message = toSign(use, signed.statement());
        return has(signed, Algorithm.ED25519, ed25519, message) && has(signed, Algorithm.ML_DSA_65, mlDsa65, message);
    }

    private static boolean has(SignedStatement signed, Algorithm algorithm, ByteString key, byte[] message) {
        return signed.signatures().stream()
                .filter(signature -> signature.algorithm() == algorithm)
                .filter(signature -> signature.publicKey().equals(key))
                .limit(1)
                .anyMatch(signature -> Signatures.verify(
                        algorithm,
                        key.toByteArray(),
                        message,
                        signature.signature().toByteArray()));
    }

    /** Both keys are in what both sign, so that neither signature can be used without the other. */
    byte[] toSign(String use, ByteString statement) {
        return Sha512.of("beacon/sig/hybrid/v1")
                .field(use.getBytes(StandardCharsets.UTF_8))
                .field(ed25519.toByteArray())
                .field(mlDsa65.toByteArray())
                .field(statement.toByteArray())
                .digest();
    }

    /** A text file. */
    public String print() {
        StringBuilder text = new StringBuilder(HEAD)
                .append("\norganisation ")
                .append(organisation)
                .append("\ndid ")
                .append(did());
        line(text, Algorithm.ED25519.word(), ed25519);
        line(text, Algorithm.ML_DSA_65.word(), mlDsa65);
        offline.ifPresent(root -> {
            line(text, Algorithm.SLH_DSA_128S.word(), root.publicKey());
            line(text, "certificate", root.certificate());
        });
        return text.append('\n').toString();
    }

    private static void line(StringBuilder text, String word, ByteString bytes) {
        text.append('\n').append(word).append(' ').append(Base64.getEncoder().encodeToString(bytes.toByteArray()));
    }

    /**
     * Reads what {@link #print} wrote.
     *
     * @throws IllegalArgumentException when the text is something else
     */
    public static OrgRoot parse(String text) {
        Map<String, String> lines = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int space = line.indexOf(' ');
            lines.putIfAbsent(space < 0 ? line : line.substring(0, space), line.substring(space + 1));
        });
        if (!text.startsWith(HEAD + "\n")) {
            throw new IllegalArgumentException("expected a file that starts with " + HEAD);
        }
        Optional<Offline> offline = lines.containsKey(Algorithm.SLH_DSA_128S.word())
                ? Optional.of(new Offline(bytes(lines, Algorithm.SLH_DSA_128S.word()), bytes(lines, "certificate")))
                : Optional.empty();
        return new OrgRoot(
                value(lines, "organisation"),
                bytes(lines, Algorithm.ED25519.word()),
                bytes(lines, Algorithm.ML_DSA_65.word()),
                offline);
    }

    private static String value(Map<String, String> lines, String word) {
        return Optional.ofNullable(lines.get(word))
                .orElseThrow(() -> new IllegalArgumentException("expected a line with " + word));
    }

    private static ByteString bytes(Map<String, String> lines, String word) {
        return ByteString.copyFrom(Base64.getDecoder().decode(value(lines, word)));
    }
}

package beacon.keys.signatures;

import beacon.proto.v1.Signature;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Optional;

/** Signatures and signed statements to bytes and back. */
public final class SignatureCodec {
    private SignatureCodec() {}

    public static List<Signature> encode(List<beacon.keys.signatures.Signature> signatures) {
        return signatures.stream()
                .map(signature -> Signature.newBuilder()
                        .setAlgorithm(signature.algorithm().word())
                        .setPublicKey(signature.publicKey())
                        .setSignature(signature.signature())
                        .build())
                .toList();
    }

    /** Reads signatures; those of algorithms that this version does not know are left out. */
    public static List<beacon.keys.signatures.Signature> decode(List<Signature> signatures) {
        return signatures.stream()
                .flatMap(signature -> Algorithm.of(signature.getAlgorithm())
                        .map(algorithm -> new beacon.keys.signatures.Signature(
                                algorithm, signature.getPublicKey(), signature.getSignature()))
                        .stream())
                .toList();
    }

    public static beacon.proto.v1.SignedStatement encode(SignedStatement statement) {
        return beacon.proto.v1.SignedStatement.newBuilder()
                .setStatement(statement.statement())
                .addAllSignatures(encode(statement.signatures()))
                .build();
    }

    public static SignedStatement decode(beacon.proto.v1.SignedStatement statement) {
        return new SignedStatement(statement.getStatement(), decode(statement.getSignaturesList()));
    }

    /** The binary form. */
    public static ByteString toBytes(SignedStatement statement) {
        return encode(statement).toByteString();
    }

    /** Reads the binary form; empty when the bytes are none. */
    public static Optional<SignedStatement> parse(ByteString bytes) {
        try {
            return Optional.of(decode(beacon.proto.v1.SignedStatement.parseFrom(bytes)));
        } catch (InvalidProtocolBufferException malformed) {
            return Optional.empty();
        }
    }
}

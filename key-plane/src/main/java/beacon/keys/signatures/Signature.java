package beacon.keys.signatures;

import com.google.protobuf.ByteString;

/** One signature and the key it is said to be of. */
public record Signature(Algorithm algorithm, ByteString publicKey, ByteString signature) {}

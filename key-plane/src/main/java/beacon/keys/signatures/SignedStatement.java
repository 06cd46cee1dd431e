package beacon.keys.signatures;

import com.google.protobuf.ByteString;
import java.util.List;

/** Bytes and who signed them; what they mean, their reader knows. */
public record SignedStatement(ByteString statement, List<Signature> signatures) {
    public SignedStatement {
        signatures = List.copyOf(signatures);
    }
}

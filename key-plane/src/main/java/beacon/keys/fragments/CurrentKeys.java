package beacon.keys.fragments;

import beacon.keys.custody.OrgKey;
import com.google.protobuf.ByteString;
import java.util.Optional;

/** What the log says about organisation keys: the judge of whether a fragment is of the present epoch. */
@FunctionalInterface
public interface CurrentKeys {
    /** The key in its present epoch; empty when the log knows no such key, or knows it destroyed. */
    Optional<OrgKey> current(ByteString keyId);
}

package beacon.keys.envelope;

import java.util.List;
import java.util.Optional;

/** Somebody that can unwrap a file key. */
public interface Identity {
    /**
     * The file key, or empty when no stanza is for this identity. The key is not yet known to belong to the header.
     *
     * @throws AgeException.BadHeader when a stanza of this identity's type is malformed
     */
    Optional<FileKey> unwrap(List<Stanza> stanzas);
}

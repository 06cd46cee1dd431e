package beacon.keys.envelope;

import beacon.keys.Entropy;
import java.util.List;

/** Somebody that a file key can be wrapped for. */
public interface Recipient {
    /** Recipients of different strength do not share a header: the weakest would decide. */
    enum Strength {
        CLASSIC,
        POST_QUANTUM,
        /** Alone in its header, so that knowing the passphrase proves who wrote the file. */
        PASSPHRASE
    }

    Strength strength();

    /** Fresh stanzas that wrap the key. */
    List<Stanza> wrap(FileKey fileKey, Entropy entropy);
}

/**
 * The age v1 file format, cut in two: a header that wraps the data key, and a payload that the data key encrypts. The
 * header goes to the log, the payload to the data plane; put together they are a file that any {@code age} opens. First
 * station of sealing, last one of opening. Pure; may be called by everybody (docs/adr/0021).
 */
@NullMarked
package beacon.keys.envelope;

import org.jspecify.annotations.NullMarked;

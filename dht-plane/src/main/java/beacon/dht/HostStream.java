package beacon.dht;

import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.concurrent.CompletionStage;

/**
 * Two byte streams to and from a peer, for one protocol. Used on the host's loop, where its stages complete.
 *
 * <p>Bytes are pulled: what is not read is not granted again, so a peer cannot send more than one window ahead. Writes
 * complete when the bytes were taken by the transport; a writer waits for that before the next write, and one that
 * does not is stopped by {@link #MAX_WAITING_BYTES}.
 */
public interface HostStream {
    /** Bytes that may wait to be written. */
    int MAX_WAITING_BYTES = 8 << 20;

    /** The other end. */
    PeerId remote();

    /** The protocol that was agreed on. */
    String protocol();

    /**
     * The next bytes, as they come; empty at the end. One read at a time.
     *
     * @return fails with RESET or CLOSED
     */
    CompletionStage<ByteString> read();

    /**
     * Writes bytes after those written before.
     *
     * @return fails with RESET, CLOSED, or LIMIT when too much waits already
     */
    CompletionStage<Void> write(ByteString bytes);

    /** Ends the writing side once everything is written; reading goes on. */
    void closeWrite();

    /** Ends both directions at once; what was not delivered is lost. Does nothing on a stream that has ended. */
    void reset();
}

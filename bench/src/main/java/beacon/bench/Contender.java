package beacon.bench;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A running three-member cluster with a client in this JVM, either Beacon or a peer. Called by one thread. */
interface Contender extends AutoCloseable {
    /** Product and version. */
    String name();

    /** What the figures depend on, beyond what all contenders have in common. */
    Map<String, Object> conditions();

    /** Makes one write durable on a majority, in the way the client library does it best with many in flight. */
    CompletableFuture<?> put(int key, byte[] value);

    /** The same as a call of its own. */
    CompletableFuture<?> putUnary(int key, byte[] value);

    /** Makes every key readable. */
    void prepareReads(int keys);

    /** A linearizable read. */
    CompletableFuture<?> get(int key);

    @Override
    void close();
}

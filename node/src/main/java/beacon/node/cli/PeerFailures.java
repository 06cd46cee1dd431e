package beacon.node.cli;

import beacon.dht.HostException;
import beacon.dht.blockstore.BlockstoreException;
import beacon.dht.kademlia.KadException;
import beacon.dht.wire.WireException;
import beacon.node.blocks.StoreInUse;
import beacon.node.dht.ShellException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * What can go wrong with peers and blocks, and with files, as one line for a person. Knows nothing that is not on the
 * short class path of {@code beacon dht} (see {@link DhtCli}).
 */
final class PeerFailures {
    private PeerFailures() {}

    static Failure of(Throwable error) {
        if (error instanceof Failure failure) {
            return failure;
        }
        if (error instanceof KadException kad) {
            return new Failure(kad.kind().name(), messageOf(error), null, error);
        }
        if (error instanceof HostException host) {
            return new Failure(host.reason().name(), messageOf(error), null, error);
        }
        if (error instanceof WireException) {
            return new Failure("MALFORMED_REQUEST", messageOf(error), null, error);
        }
        if (error instanceof ShellException) {
            return new Failure("NOT_FOUND", messageOf(error), null, error);
        }
        if (error instanceof StoreInUse) {
            return new Failure("IN_USE", messageOf(error), "stop the process that serves it", error);
        }
        if (error instanceof BlockstoreException) {
            return new Failure("STORAGE", withCause(error), null, error);
        }
        if (error instanceof CompletionException && error.getCause() != null) {
            return of(error.getCause());
        }
        if (error instanceof IOException || error instanceof UncheckedIOException) {
            return new Failure("INPUT_OUTPUT", withCause(error), null, error);
        }
        return new Failure("BUG", error.toString(), "run again with BEACON_DEBUG=1 and report the trace", error);
    }

    /** What happened, and below it why, as far as that says more. */
    static String withCause(Throwable error) {
        Throwable cause = error.getCause();
        return cause == null || cause.getMessage() == null
                ? messageOf(error)
                : messageOf(error) + ": " + cause.getMessage();
    }

    static String messageOf(Throwable error) {
        return Optional.ofNullable(error.getMessage()).orElse(error.toString());
    }
}

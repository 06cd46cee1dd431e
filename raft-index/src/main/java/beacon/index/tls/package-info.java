/**
 * Mutual TLS between every two processes of Beacon: which files, which versions, which engine. Shell; used by the
 * services, the client and the Raft transport.
 */
@NullMarked
package beacon.index.tls;

import org.jspecify.annotations.NullMarked;

/**
 * How a storage node learns whom it serves: a peer introduces itself with a certificate of the cluster's authority. I/O
 * (shell): keys and certificates, a protocol on a host. See docs/adr/0032.
 */
@NullMarked
package beacon.node.introduction;

import org.jspecify.annotations.NullMarked;

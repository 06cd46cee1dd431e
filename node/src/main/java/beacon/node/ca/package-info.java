/**
 * The certificate authority of a cluster: makes a CA, issues leaf certificates, shows what a certificate says. Shell:
 * reads and writes files. Called by {@code beacon ca} and by the embedded cluster.
 */
@NullMarked
package beacon.node.ca;

import org.jspecify.annotations.NullMarked;

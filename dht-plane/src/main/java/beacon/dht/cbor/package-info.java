/**
 * DAG-CBOR: the one strict spelling of CBOR in which content-addressed data with links is written, so that equal values
 * have equal bytes and equal ids. Pure (core); anybody may use it. See docs/adr/0032.
 */
@NullMarked
package beacon.dht.cbor;

import org.jspecify.annotations.NullMarked;

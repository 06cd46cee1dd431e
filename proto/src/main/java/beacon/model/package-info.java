/**
 * The words every plane shares: addresses, content ids, recorded events and the reasons an answer is no. Pure; JDK
 * and protobuf only. Generated types stop here: the codecs of this package are the only way from bytes to words and
 * back.
 */
@NullMarked
package beacon.model;

import org.jspecify.annotations.NullMarked;

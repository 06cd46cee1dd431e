/** Guards the released contract: schema and stored bytes may grow, never change. */
@NullMarked
package beacon.contract;

import org.jspecify.annotations.NullMarked;

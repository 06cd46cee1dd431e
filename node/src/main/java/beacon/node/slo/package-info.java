/** What must hold for the service to keep its promises, as a pure judgement over facts that others gathered. Core. */
@NullMarked
package beacon.node.slo;

import org.jspecify.annotations.NullMarked;

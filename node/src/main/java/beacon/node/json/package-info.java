/**
 * Events as JSON, for people and scripts (docs/cli.md has the mapping). Pure. The mapping is derived from the contract,
 * so a new kind of event needs nothing here.
 */
@NullMarked
package beacon.node.json;

import org.jspecify.annotations.NullMarked;

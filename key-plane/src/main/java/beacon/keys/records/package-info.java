/**
 * What is public about an organisation key and those who hold it: plans of rituals, what custodians say to each other in
 * them, and the records that come of them, signed by all. Pure; used by the custodian service and its clients
 * (docs/adr/0025).
 */
@NullMarked
package beacon.keys.records;

import org.jspecify.annotations.NullMarked;

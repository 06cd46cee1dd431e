/**
 * Who may open what: role claims signed by the organisation's root, conditions of policies, budgets, replay protection,
 * and the events that say what was decided. Pure; asked by the custodian service before it computes anything
 * (docs/adr/0026).
 */
@NullMarked
package beacon.keys.authority;

import org.jspecify.annotations.NullMarked;

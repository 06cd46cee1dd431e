/** The organisation's keys: how each stands, which one writers seal to, and the records of them on the log. Core. */
@NullMarked
package beacon.views.keys;

import org.jspecify.annotations.NullMarked;

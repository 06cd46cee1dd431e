/** State of projections on disk. Shell: RocksDB and its files. */
@NullMarked
package beacon.views.store;

import org.jspecify.annotations.NullMarked;

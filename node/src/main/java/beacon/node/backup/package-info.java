/**
 * Backups of the index: an export of one member in one file with hashes, and checking it without a cluster. Shell.
 *
 * <p>A file is the 8 bytes {@code BEACONB1}; then records, each a length (4 bytes, big-endian, from 1), the SHA-256 of
 * its content and the content, an {@code ExportChunk} of the contract; then a length of 0, the number of records (8
 * bytes) and the SHA-256 of everything before.
 */
@NullMarked
package beacon.node.backup;

import org.jspecify.annotations.NullMarked;

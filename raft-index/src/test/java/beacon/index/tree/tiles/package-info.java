/** Tests of tile files on a real disk. */
package beacon.index.tree.tiles;

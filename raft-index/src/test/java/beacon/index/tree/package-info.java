/** Tests of the transparency tree, with a second implementation written from the RFC's own definitions. */
package beacon.index.tree;

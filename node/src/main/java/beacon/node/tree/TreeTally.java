package beacon.node.tree;

/**
 * How much a directory holds.
 *
 * @param bytes of its files together
 */
public record TreeTally(long files, long directories, long links, long bytes) {
    static final TreeTally NOTHING = new TreeTally(0, 0, 0, 0);

    TreeTally plusFile(long size) {
        return new TreeTally(files + 1, directories, links, bytes + size);
    }

    TreeTally plusDirectory() {
        return new TreeTally(files, directories + 1, links, bytes);
    }

    TreeTally plusLink() {
        return new TreeTally(files, directories, links + 1, bytes);
    }
}

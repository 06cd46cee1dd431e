package beacon.node.dht;

/** The arguments of a command line, taken one by one. */
public final class Words {
    private String left;

    public Words(String line) {
        this.left = line.strip();
    }

    boolean hasMore() {
        return !left.isEmpty();
    }

    /** The next word; what it should be is for the message when there is none. */
    public String next(String what) {
        if (left.isEmpty()) {
            throw new ShellException("expected " + what + ", but found the end of the line");
        }
        String[] parts = left.split("\\s+", 2);
        left = parts.length > 1 ? parts[1].strip() : "";
        return parts[0];
    }

    /** Everything that is left. */
    String rest(String what) {
        if (left.isEmpty()) {
            throw new ShellException("expected " + what + ", but found the end of the line");
        }
        String all = left;
        left = "";
        return all;
    }

    /** The next word as a number of at least one; the given one when there is no word. */
    int count(int otherwise, int max) {
        if (left.isEmpty()) {
            return otherwise;
        }
        String word = next("a number");
        try {
            int count = Integer.parseInt(word);
            if (count >= 1 && count <= max) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw new ShellException("expected a number of 1 to " + max + ", but found " + word);
        }
        throw new ShellException("expected a number of 1 to " + max + ", but found " + word);
    }
}

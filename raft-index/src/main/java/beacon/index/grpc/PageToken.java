package beacon.index.grpc;

import beacon.model.Reason;

/**
 * Where the next page begins: a sequence and a key, as text "sequence/key".
 *
 * @param sequence for a listing the one that all its pages see; for a history the next event; 0 for neither
 * @param key last key of the previous page; empty for none
 */
record PageToken(long sequence, String key) {
    private static final PageToken NONE = new PageToken(0, "");

    static PageToken parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        int slash = text.indexOf('/');
        try {
            long sequence = Long.parseLong(text.substring(0, Math.max(slash, 0)));
            if (sequence < 1) {
                throw malformed();
            }
            return new PageToken(sequence, text.substring(slash + 1));
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    private static RuntimeException malformed() {
        return Calls.refused(
                Reason.MALFORMED_REQUEST, "expected the page token of an earlier reply, but found another text");
    }

    @Override
    public String toString() {
        return sequence + "/" + key;
    }
}

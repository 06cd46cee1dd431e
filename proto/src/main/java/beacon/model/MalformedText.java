package beacon.model;

/** A text is not in the base it claims; turned into the error of what it should have been. */
final class MalformedText extends Exception {
    private static final long serialVersionUID = 1;

    MalformedText(String message) {
        super(message, null, false, false);
    }

    static MalformedText character(String base, String text, int at) {
        return new MalformedText("expected a %s character, but found %s at position %d"
                .formatted(base, AddressScanner.found(text, at), at));
    }
}

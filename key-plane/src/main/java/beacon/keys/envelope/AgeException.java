package beacon.keys.envelope;

/** An age file could not be opened or made; the cases are those of the C2SP test kit. Messages never hold key material. */
public abstract sealed class AgeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private AgeException(String message) {
        super(message);
    }

    /** The header is not well formed, or a stanza that one of our identities must judge is not. */
    public static final class BadHeader extends AgeException {
        private static final long serialVersionUID = 1L;

        public BadHeader(String message) {
            super(message);
        }
    }

    /** The file key was unwrapped, but the header is not the one it was wrapped into. */
    public static final class BadMac extends AgeException {
        private static final long serialVersionUID = 1L;

        public BadMac() {
            super("expected the header MAC to match the file key, but found another one");
        }
    }

    /** None of the identities opens any stanza. */
    public static final class NoMatch extends AgeException {
        private static final long serialVersionUID = 1L;

        public NoMatch(int stanzas, int identities) {
            super("expected one of %d identities to open one of %d stanzas, but none does"
                    .formatted(identities, stanzas));
        }
    }

    /** The payload was cut, extended, reordered or changed. */
    public static final class BadPayload extends AgeException {
        private static final long serialVersionUID = 1L;

        public BadPayload(String message) {
            super(message);
        }
    }

    /** The ASCII armor is not strict. */
    public static final class BadArmor extends AgeException {
        private static final long serialVersionUID = 1L;

        public BadArmor(String message) {
            super(message);
        }
    }

    /** The text of a recipient or an identity is not valid. */
    public static final class BadKey extends AgeException {
        private static final long serialVersionUID = 1L;

        public BadKey(String message) {
            super(message);
        }
    }
}

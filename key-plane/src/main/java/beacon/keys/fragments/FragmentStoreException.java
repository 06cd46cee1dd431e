package beacon.keys.fragments;

import java.nio.file.Path;

/** The fragment store could not do what was asked. Messages never hold key material. */
public abstract sealed class FragmentStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private FragmentStoreException(String message) {
        super(message);
    }

    private FragmentStoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** There is something where a new store was to be. */
    public static final class Occupied extends FragmentStoreException {
        private static final long serialVersionUID = 1L;

        public Occupied(Path directory) {
            super("expected an empty place for a fragment store, but found files in " + directory);
        }
    }

    /** There is no store. */
    public static final class Absent extends FragmentStoreException {
        private static final long serialVersionUID = 1L;

        public Absent(Path directory) {
            super("expected a fragment store, but found none in " + directory);
        }
    }

    /** Another process, or another object in this one, has the store open. */
    public static final class Locked extends FragmentStoreException {
        private static final long serialVersionUID = 1L;

        public Locked(Path directory) {
            super("expected to be alone, but found another user of the fragment store in " + directory);
        }
    }

    /** Passphrase or identity does not open the store or the backup. */
    public static final class WrongSeal extends FragmentStoreException {
        private static final long serialVersionUID = 1L;

        public WrongSeal(Throwable cause) {
            super("expected a passphrase or identity that opens the seal, but found one that does not", cause);
        }
    }

    /** The store was written by a later version. */
    public static final class UnknownFormat extends FragmentStoreException {
        private static final long serialVersionUID = 1L;

        public UnknownFormat(String expected, String found) {
            super("expected format %s, but found %.40s".formatted(expected, found));
        }
    }

    /** A file is not what was written. */
    public static final class Damaged extends FragmentStoreException {
        private static final long serialVersionUID = 1L;

        public Damaged(String what) {
            super("expected what was written, but found " + what + " damaged");
        }
    }

    /** A ritual of that id is there with another fragment. */
    public static final class Conflict extends FragmentStoreException {
        private static final long serialVersionUID = 1L;

        public Conflict(String ritualId) {
            super("expected ritual %s to keep its fragment, but found another one".formatted(ritualId));
        }
    }

    /** The store holds as many rituals as it may. */
    public static final class Full extends FragmentStoreException {
        private static final long serialVersionUID = 1L;

        public Full(int limit) {
            super("expected fewer than %d rituals in this part of the store, but found as many".formatted(limit));
        }
    }

    /** The store was closed. */
    public static final class Closed extends FragmentStoreException {
        private static final long serialVersionUID = 1L;

        public Closed() {
            super("expected an open fragment store, but found it closed");
        }
    }

    /** The files could not be read or written. */
    public static final class Failed extends FragmentStoreException {
        private static final long serialVersionUID = 1L;

        public Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

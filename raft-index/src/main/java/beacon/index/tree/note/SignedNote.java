package beacon.index.tree.note;

import beacon.index.tree.note.NoteException.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * A text with signatures (C2SP signed-note). Parsing checks the form only: trust the text after {@link #open}.
 *
 * @param text ends in a newline
 * @param signatures in the order of their lines, those by unknown keys included
 */
public record SignedNote(String text, List<NoteSignature> signatures) {
    /** Largest note in bytes; a post-quantum signature takes about 3,300. */
    public static final int MAX_BYTES = 1 << 18;

    /** Most signatures of one note. */
    public static final int MAX_SIGNATURES = 64;

    /** Em dash and space. */
    static final String LINE_START = "\u2014 ";

    private static final String TEXT_END = "\n\n";

    /**
     * @throws NoteException when the text has no final newline or has control characters, or there are no or too many
     *     signatures
     */
    public SignedNote {
        signatures = List.copyOf(signatures);
        if (!text.endsWith("\n")) {
            throw new NoteException(Reason.NOTE, "expected the text to end in a newline");
        }
        NoteText.requireNoControls(text);
        if (signatures.isEmpty()) {
            throw new NoteException(Reason.NOTE, "expected a signature, but found none");
        }
        if (signatures.size() > MAX_SIGNATURES) {
            throw new NoteException(
                    Reason.TOO_LARGE,
                    "expected at most %d signatures, but found %d".formatted(MAX_SIGNATURES, signatures.size()));
        }
    }

    /** Signs a text with every given signer. */
    public static SignedNote sign(String text, List<NoteSigner> signers) {
        return new SignedNote(
                text, signers.stream().map(signer -> signer.signature(text)).toList());
    }

    /** The note with one more signature. */
    public SignedNote with(NoteSignature signature) {
        List<NoteSignature> more = new ArrayList<>(signatures);
        more.add(signature);
        return new SignedNote(text, more);
    }

    /**
     * Reads the bytes of a note.
     *
     * @throws NoteException when they are not exactly one note
     */
    public static SignedNote parse(byte[] bytes) {
        requireLength(bytes.length);
        return parseText(NoteText.fromUtf8(bytes));
    }

    /**
     * Reads a note.
     *
     * @throws NoteException when the text is not exactly one note
     */
    public static SignedNote parse(String note) {
        requireLength(note.length());
        requireLength(NoteText.utf8(note).length);
        return parseText(note);
    }

    private static SignedNote parseText(String note) {
        NoteText.requireNoControls(note);
        int split = note.lastIndexOf(TEXT_END);
        if (split < 0) {
            throw new NoteException(Reason.NOTE, "expected a blank line before the signatures");
        }
        String lines = note.substring(split + TEXT_END.length());
        if (!lines.endsWith("\n")) {
            throw new NoteException(Reason.NOTE, "expected signature lines that end in a newline");
        }
        List<NoteSignature> signatures = new ArrayList<>();
        int start = 0;
        while (start < lines.length()) {
            if (signatures.size() == MAX_SIGNATURES) {
                throw new NoteException(Reason.TOO_LARGE, "expected at most " + MAX_SIGNATURES + " signatures");
            }
            int end = lines.indexOf('\n', start);
            signatures.add(NoteSignature.parse(lines.substring(start, end)));
            start = end + 1;
        }
        return new SignedNote(note.substring(0, split + 1), signatures);
    }

    /** The whole note. */
    public String encode() {
        StringBuilder out = new StringBuilder(text).append('\n');
        for (NoteSignature signature : signatures) {
            out.append(signature.line()).append('\n');
        }
        return out.toString();
    }

    /**
     * Checks every signature by a trusted key; ignores those by other keys.
     *
     * @return the trusted keys that signed, in their given order, at least one
     * @throws NoteException when a signature by a trusted key is wrong, or no trusted key signed
     */
    public List<NoteVerifier> open(List<NoteVerifier> trusted) {
        List<NoteVerifier> signers = new ArrayList<>();
        for (NoteVerifier verifier : trusted) {
            boolean signed = false;
            for (NoteSignature signature : signatures) {
                if (!verifier.madeBySameKey(signature)) {
                    continue;
                }
                if (!verifier.verifies(text, signature)) {
                    throw new NoteException(
                            Reason.SIGNATURE,
                            "expected a signature by %s, but it is wrong".formatted(verifier.label()));
                }
                signed = true;
            }
            if (signed && !signers.contains(verifier)) {
                signers.add(verifier);
            }
        }
        if (signers.isEmpty()) {
            throw new NoteException(
                    Reason.UNTRUSTED, "expected a signature by one of %d trusted keys".formatted(trusted.size()));
        }
        return List.copyOf(signers);
    }

    private static void requireLength(int length) {
        if (length > MAX_BYTES) {
            throw new NoteException(
                    Reason.TOO_LARGE, "expected a note of at most %d bytes, but found %d".formatted(MAX_BYTES, length));
        }
    }
}

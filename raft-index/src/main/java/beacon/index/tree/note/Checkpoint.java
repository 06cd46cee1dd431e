package beacon.index.tree.note;

import beacon.index.tree.Hash;
import beacon.index.tree.note.NoteException.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * What a log says about itself (C2SP tlog-checkpoint): at this size, the root is this. Parsing checks the form only;
 * {@link #open} checks who said it.
 *
 * @param origin names the log
 * @param size number of leaves
 * @param extensions opaque lines, without their ends
 */
public record Checkpoint(String origin, long size, Hash root, List<String> extensions) {
    private static final int FIXED_LINES = 3;

    /**
     * @throws NoteException when the origin or an extension is empty or not one line, or the size is negative
     */
    public Checkpoint {
        extensions = List.copyOf(extensions);
        requireLine("origin", origin);
        extensions.forEach(extension -> requireLine("extension", extension));
        if (size < 0) {
            throw new NoteException(Reason.CHECKPOINT, "expected a size from 0 on, but found " + size);
        }
    }

    /** A checkpoint without extensions. */
    public Checkpoint(String origin, long size, Hash root) {
        this(origin, size, root, List.of());
    }

    /** The text to sign. */
    public String text() {
        StringBuilder out = new StringBuilder()
                .append(origin)
                .append('\n')
                .append(size)
                .append('\n')
                .append(root)
                .append('\n');
        extensions.forEach(extension -> out.append(extension).append('\n'));
        return out.toString();
    }

    /**
     * Reads {@link #text()}.
     *
     * @throws NoteException when the text is not exactly one checkpoint
     */
    public static Checkpoint parse(String text) {
        if (!text.endsWith("\n")) {
            throw new NoteException(Reason.CHECKPOINT, "expected a checkpoint to end in a newline");
        }
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); start = text.indexOf('\n', start) + 1) {
            lines.add(text.substring(start, text.indexOf('\n', start)));
        }
        if (lines.size() < FIXED_LINES) {
            throw new NoteException(
                    Reason.CHECKPOINT,
                    "expected origin, size and root in a checkpoint, but found %d lines".formatted(lines.size()));
        }
        byte[] root = NoteText.base64(lines.get(2), Reason.CHECKPOINT, "the root");
        if (root.length != Hash.BYTES) {
            throw new NoteException(
                    Reason.CHECKPOINT, "expected a root of %d bytes, but found %d".formatted(Hash.BYTES, root.length));
        }
        return new Checkpoint(
                lines.get(0), size(lines.get(1)), Hash.of(root), lines.subList(FIXED_LINES, lines.size()));
    }

    /**
     * Reads a signed checkpoint and checks that the log itself signed it: a trusted key whose name is the origin.
     *
     * @throws NoteException when it is malformed, a signature by a trusted key is wrong, or none is by the log
     */
    public static Checkpoint open(String note, List<NoteVerifier> trusted) {
        SignedNote signed = SignedNote.parse(note);
        List<NoteVerifier> signers = signed.open(trusted);
        Checkpoint checkpoint = parse(signed.text());
        if (signers.stream().noneMatch(signer -> signer.name().equals(checkpoint.origin))) {
            throw new NoteException(
                    Reason.UNTRUSTED, "expected a trusted key with the name of the origin among the signers");
        }
        return checkpoint;
    }

    private static long size(String line) {
        if (!line.matches("0|[1-9][0-9]{0,18}")) {
            throw new NoteException(Reason.CHECKPOINT, "expected a decimal size without leading zeros");
        }
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException e) {
            throw new NoteException(Reason.CHECKPOINT, "expected a size below 2^63");
        }
    }

    private static void requireLine(String what, String line) {
        if (line.isEmpty() || line.chars().anyMatch(c -> c < ' ')) {
            throw new NoteException(Reason.CHECKPOINT, "expected one line of text for the %s".formatted(what));
        }
    }
}

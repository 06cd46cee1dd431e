package beacon.index.tree.note;

/** Signs notes with one key. Safe for use by several threads. */
public interface NoteSigner {
    /** The key's public half. */
    NoteVerifier verifier();

    /**
     * Signature line over a text.
     *
     * @throws NoteException when the scheme signs checkpoints only and the text is not one
     */
    NoteSignature signature(String text);
}

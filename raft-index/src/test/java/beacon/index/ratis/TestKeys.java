package beacon.index.ratis;

import beacon.index.tree.note.Ed25519Signer;
import beacon.index.tree.note.NoteSigner;

/** Keys that tests share. */
final class TestKeys {
    private TestKeys() {}

    static NoteSigner signer(String name) {
        return Ed25519Signer.ofNotes(name, new byte[Ed25519Signer.SEED_BYTES]);
    }
}

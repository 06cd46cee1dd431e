package beacon.sim.custody;

import beacon.sim.world.SimInvariant;

/** What is to hold in custody whatever happens. */
public enum CustodyInvariant implements SimInvariant {
    REWRAP_PRESERVES_PLAINTEXT(
            "Every artifact opens to the same data key before, during and after each resharing, rotation and rewrap."),
    NO_KEK_RECONSTRUCTION(
            "Nobody ever holds t shares of one epoch, no message shows a share, shares of different epochs"
                    + " or t-1 of one epoch do not give the key, and a custodian forgets the shares of earlier epochs."),
    EVERY_DECRYPTION_IS_AN_EVENT(
            "A custodian's decision is on the log before its answer leaves, and a data key took t grants there."),
    OPENABLE_WITH_T("While t holders have been up and connected for ten minutes, an artifact opens within ten more."),
    OLD_KEY_DIES(
            "Once a key is destroyed, what was wrapped for it does not open, and no connected custodian has a share"
                    + " of it."),
    PROGRESS("An hour after the last fault every ritual and rewrap has ended."),
    NO_SURPRISE("Production code throws nothing but refusals, and logs no error.");

    private final String meaning;

    CustodyInvariant(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}

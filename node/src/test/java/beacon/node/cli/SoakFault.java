package beacon.node.cli;

/** What is done to a process, and what is needed until it counts as whole again. */
enum SoakFault {
    NODE_KILLED(Target.STORAGE, 4),
    /** Killed, its blocks deleted; comes back empty under its name. */
    NODE_WIPED(Target.STORAGE, 2),
    /** Killed, everything deleted; comes back as another node on the same machine. */
    NODE_REPLACED(Target.STORAGE, 1),
    NODE_PAUSED(Target.STORAGE, 4),
    NODE_CUT_OFF(Target.STORAGE, 4),
    MEMBER_KILLED(Target.MEMBER, 1),
    MEMBER_PAUSED(Target.MEMBER, 1),
    MEMBER_CUT_OFF(Target.MEMBER, 1),
    CUSTODIAN_KILLED(Target.CUSTODIAN, 1),
    CUSTODIAN_PAUSED(Target.CUSTODIAN, 1),
    CUSTODIAN_CUT_OFF(Target.CUSTODIAN, 1);

    private final Target target;
    private final int weight;

    /** Whom it is done to. */
    enum Target {
        STORAGE,
        MEMBER,
        CUSTODIAN
    }

    SoakFault(Target target, int weight) {
        this.target = target;
        this.weight = weight;
    }

    Target target() {
        return target;
    }

    /** How often it comes, beside others. */
    int weight() {
        return weight;
    }

    boolean isDestructive() {
        return this == NODE_WIPED || this == NODE_REPLACED;
    }

    boolean isCut() {
        return this == NODE_CUT_OFF || this == MEMBER_CUT_OFF || this == CUSTODIAN_CUT_OFF;
    }

    boolean isPause() {
        return this == NODE_PAUSED || this == MEMBER_PAUSED || this == CUSTODIAN_PAUSED;
    }
}

package beacon.index.ratis;

import beacon.index.ratis.MemberSettings.MemberAddress;
import java.util.HexFormat;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;

/**
 * How a member is.
 *
 * @param blank it has nothing of the cluster's history: it has never taken part, lost its disk, or began a cluster of which
 *     no entry has reached it yet
 * @param leaderId empty when none is known
 * @param treeRoot hexadecimal root of the transparency tree at lastSequence
 */
public record MemberStatus(
        Role role,
        boolean blank,
        long term,
        String leaderId,
        List<MemberAddress> members,
        long lastSequence,
        long appliedRaftIndex,
        long committedRaftIndex,
        long snapshotSequence,
        long livePointers,
        long stateBytes,
        long journalBytes,
        String treeRoot) {
    public MemberStatus {
        members = List.copyOf(members);
    }

    /** What the member does in the cluster. */
    public enum Role {
        LEADER,
        FOLLOWER,
        CANDIDATE,
        CATCHING_UP
    }

    static MemberStatus absent(MemberStorage storage, boolean blank) {
        long sequence = storage.applier().state().lastSequence();
        return new MemberStatus(
                Role.CATCHING_UP,
                blank,
                storage.position().getTerm(),
                "",
                storage.settings().members(),
                sequence,
                storage.position().getIndex(),
                storage.position().getIndex(),
                sequence,
                0,
                0,
                storage.journal().sizeBytes(),
                HexFormat.of().formatHex(storage.tree().rootAt(sequence).bytes()));
    }

    static MemberStatus of(MemberStorage storage, Membership membership, IndexStateMachine machine) {
        RaftServer.Division division = membership.division();
        var view = machine.view();
        return new MemberStatus(
                roleOf(division.getInfo()),
                storage.position().getIndex() < 0 && division.getRaftLog().getLastEntryTermIndex() == null,
                division.getInfo().getCurrentTerm(),
                membership.leader().map(MemberAddress::id).orElse(""),
                membership.members(),
                view.lastSequence(),
                division.getInfo().getLastAppliedIndex(),
                division.getRaftLog().getLastCommittedIndex(),
                machine.snapshotSequence(),
                view.size(),
                view.heapBytes(),
                storage.journal().sizeBytes(),
                HexFormat.of()
                        .formatHex(storage.tree().rootAt(view.lastSequence()).bytes()));
    }

    private static Role roleOf(DivisionInfo info) {
        RaftPeerRole role = info.getCurrentRole();
        if (role == null) {
            // Ratis has not decided yet.
            return Role.CATCHING_UP;
        }
        return switch (role) {
            // Elected, but not sure yet that everything committed is applied: it refuses appends until then.
            case LEADER -> info.isLeaderReady() ? Role.LEADER : Role.CANDIDATE;
            case CANDIDATE -> Role.CANDIDATE;
            case FOLLOWER, LISTENER, UNRECOGNIZED -> Role.FOLLOWER;
        };
    }
}

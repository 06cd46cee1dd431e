package beacon.index.admission;

import beacon.model.PolicyNames;
import beacon.model.Reason;
import beacon.model.TombstoneVotes;
import beacon.proto.v1.Event;
import beacon.proto.v1.HoldLifted;
import beacon.proto.v1.HoldPlaced;
import beacon.proto.v1.NodeSwept;
import beacon.proto.v1.PolicyChanged;
import beacon.proto.v1.TombstoneVoted;
import com.google.protobuf.ByteString;

/** Shape and limits of the events about deletion. */
final class DeletionRules {
    private DeletionRules() {}

    static void check(Event event) throws Inadmissible {
        switch (event.getBodyCase()) {
            case TOMBSTONE_PROPOSED ->
                artifact(
                        event.getTombstoneProposed().getManifestCid(),
                        event.getTombstoneProposed().getReason());
            case TOMBSTONE_WITHDRAWN ->
                artifact(
                        event.getTombstoneWithdrawn().getManifestCid(),
                        event.getTombstoneWithdrawn().getReason());
            case TOMBSTONE_VOTED -> vote(event.getTombstoneVoted());
            case HOLD_PLACED -> {
                HoldPlaced hold = event.getHoldPlaced();
                artifact(hold.getManifestCid(), hold.getReason());
                EventRules.label(hold.getName(), "name");
            }
            case HOLD_LIFTED -> {
                HoldLifted hold = event.getHoldLifted();
                artifact(hold.getManifestCid(), hold.getReason());
                EventRules.label(hold.getName(), "name");
            }
            case HEADER_ERASED -> EventRules.cid(event.getHeaderErased().getManifestCid(), "manifest_cid");
            case NODE_SWEPT -> swept(event.getNodeSwept());
            default -> throw new IllegalArgumentException("expected an event about deletion");
        }
    }

    private static void artifact(ByteString manifest, String reason) throws Inadmissible {
        EventRules.cid(manifest, "manifest_cid");
        EventRules.text(reason, "reason", 0, EventRules.MAX_TEXT);
    }

    private static void vote(TombstoneVoted vote) throws Inadmissible {
        EventRules.cid(vote.getManifestCid(), "manifest_cid");
        EventRules.nodeId(vote.getNodeId());
        if (vote.getProposal() < 0) {
            throw EventRules.malformed("a proposal below 2^63", Long.toUnsignedString(vote.getProposal()));
        }
        if (!TombstoneVotes.isSigned(
                vote.getManifestCid(), vote.getNodeId(), vote.getProposal(), vote.getSignature())) {
            throw new Inadmissible(
                    Reason.PERMISSION_DENIED, "expected a vote that the node signed, but found another signature");
        }
    }

    private static void swept(NodeSwept swept) throws Inadmissible {
        EventRules.nodeId(swept.getNodeId());
        if (swept.getBlocks() < 1 || swept.getBytes() < 0 || swept.getSequence() < 0) {
            throw EventRules.malformed("one or more blocks that were removed", "none");
        }
    }

    static void retention(PolicyChanged policy) throws Inadmissible {
        if (policy.getScope().contains("*^") || policy.getScope().startsWith("ucxl:")) {
            throw EventRules.malformed(
                    "the beginning of an address without scheme and temporal part as scope of a retention",
                    "a whole one");
        }
        boolean right = policy.getSettingsCount() == 1
                && policy.getSettings(0).getKey().equals(PolicyNames.KEEP)
                && PolicyNames.keep(policy.getSettings(0).getValue()).isPresent();
        if (!right) {
            throw EventRules.malformed(
                    "the setting keep of a retention, such as 30d, 12h, 90m or 0s",
                    policy.getSettingsCount() + " settings");
        }
    }
}

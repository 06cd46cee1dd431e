package beacon.model;

/** One method for each kind of event. */
public interface EventCases<R> {
    R pointerSet(Event.PointerSet event);

    R pointerRemoved(Event.PointerRemoved event);

    R decisionRecorded(Event.DecisionRecorded event);

    R nodeJoined(Event.NodeJoined event);

    R nodeChanged(Event.NodeChanged event);

    R beatStruck(Event.BeatStruck event);

    R policyChanged(Event.PolicyChanged event);

    R historyRestored(Event.HistoryRestored event);

    R sequenceVoided(Event.SequenceVoided event);

    R nodesAudited(Event.NodesAudited event);

    R pinPlaced(Event.PinPlaced event);

    R shardMoved(Event.ShardMoved event);

    R shardFaulted(Event.ShardFaulted event);

    R pinReleased(Event.PinReleased event);

    R nodeSwept(Event.NodeSwept event);

    R tombstoneProposed(Event.TombstoneProposed event);

    R tombstoneVoted(Event.TombstoneVoted event);

    R tombstoneWithdrawn(Event.TombstoneWithdrawn event);

    R holdPlaced(Event.HoldPlaced event);

    R holdLifted(Event.HoldLifted event);

    R headerSet(Event.HeaderSet event);

    R headerErased(Event.HeaderErased event);

    R keyStateChanged(Event.KeyStateChanged event);

    R keyRecorded(Event.KeyRecorded event);

    R revocationRecorded(Event.RevocationRecorded event);

    R openingDecided(Event.OpeningDecided event);

    R ritualAborted(Event.RitualAborted event);
}

package beacon.node.beats;

import beacon.index.log.AppendResult;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.BeatKind;
import beacon.proto.v1.BeatStruck;
import beacon.proto.v1.Event;

/** Where beats are put. */
@FunctionalInterface
public interface BeatLog {
    /** Appends, and waits for the answer. */
    AppendResult append(AppendRequest.Builder request) throws InterruptedException;

    /** Appends a beat. */
    default AppendResult strike(boolean reverb, long index, String source, String window) throws InterruptedException {
        return append(AppendRequest.newBuilder()
                .addEvents(Event.newBuilder()
                        .setBeatStruck(BeatStruck.newBuilder()
                                .setKind(reverb ? BeatKind.BEAT_KIND_REVERB : BeatKind.BEAT_KIND_PULSE)
                                .setBeatIndex(index)
                                .setSource(source)
                                .setWindowId(window))));
    }
}

package beacon.index.ratis;

import beacon.index.log.RecordReader;
import beacon.index.log.Recorded;
import beacon.index.log.RequestId;
import beacon.index.state.IndexState;
import beacon.index.state.RecordedCodec;
import beacon.index.tree.note.NoteSigner;
import beacon.model.EventCodec;
import beacon.model.RecordedEventWriter;
import beacon.proto.v1.Event;
import beacon.proto.v1.ExportChunk;
import beacon.proto.v1.HistoryRestored;
import beacon.proto.v1.SequenceVoided;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * Turns an export into the data directory of a member that has none. The result depends on the export and the arguments
 * alone, so that every member of the cluster, restored by itself, has the same history.
 *
 * <p>Sequences that may have been used after the backup are not used again: one {@link HistoryRestored} and as many
 * {@link SequenceVoided} events stand in their place.
 */
public final class Restore {
    /** Sequences voided after the backup unless the caller knows better. */
    public static final long DEFAULT_VOID = 65_536;

    /** Sequences that one restore may void. */
    public static final long MAX_VOID = 10_000_000;

    private static final String ACTOR = "restore";

    private Restore() {}

    /**
     * What a restore did.
     *
     * @param backupSequence last sequence of the backup
     * @param nextSequence the first that will be used
     */
    public record Report(long backupSequence, long nextSequence) {}

    /**
     * Restores into the data directory of the settings.
     *
     * @param voidedThrough last sequence that may have been used after the backup; 0 for {@link #DEFAULT_VOID} after it
     * @throws IllegalStateException when the directory is in use, or the export is not whole
     */
    public static Report install(
            MemberSettings settings, NoteSigner signer, Iterator<ExportChunk> export, long voidedThrough) {
        try (MemberStorage storage = MemberStorage.open(settings, signer)) {
            if (!storage.isBlank() || storage.journal().lastSequence() > 0) {
                throw new IllegalStateException("expected an empty data directory, but found history in "
                        + settings.dataDirectory() + "; restore into another one");
            }
            ExportCatchUp.install(export, storage);
            long backup = storage.applier().state().lastSequence();
            long through = voidedThrough == 0 ? backup + DEFAULT_VOID : voidedThrough;
            if (through <= backup || through > backup + MAX_VOID) {
                throw new IllegalArgumentException("expected to void through %d to %d, but found %d"
                        .formatted(backup + 1, backup + MAX_VOID, through));
            }
            voidSequences(storage, backup, through);
            // A new life of the log: its terms begin again, its indexes go on. Ratis takes term 0 for an empty log.
            storage.save(new MemberSnapshot(
                    TermIndex.valueOf(1, Math.max(0, storage.position().getIndex())),
                    storage.tree().encodeFrontier(),
                    storage.applier().state().capture()));
            return new Report(backup, through + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to restore into " + settings.dataDirectory(), e);
        }
    }

    private static void voidSequences(MemberStorage storage, long backup, long through) {
        IndexState state = storage.applier().state();
        long term = backup == 0 ? 0 : termOf(storage, backup);
        int count = Math.toIntExact(through - backup);
        RequestId id = requestId(storage, backup);
        RecordedEventWriter writer = new RecordedEventWriter(
                new RecordedEventWriter.Shared(term, state.lastTimeUnixMicros(), ACTOR, id.high(), id.low(), 0, count));
        ByteString first = Event.newBuilder()
                .setHistoryRestored(
                        HistoryRestored.newBuilder().setBackupSequence(backup).setVoidedThrough(through))
                .build()
                .toByteString();
        ByteString rest = Event.newBuilder()
                .setSequenceVoided(SequenceVoided.getDefaultInstance())
                .build()
                .toByteString();
        long time = state.lastTimeUnixMicros();
        for (int ordinal = 0; ordinal < count; ordinal++) {
            long sequence = backup + 1 + ordinal;
            ByteString event = ordinal == 0 ? first : rest;
            byte[] bytes = writer.write(sequence, ordinal, 0, 0, event);
            storage.journal().append(sequence, bytes);
            storage.tree().append(bytes, bytes.length);
            state.evolve(new Recorded(
                    sequence, term, time, ACTOR, id, 0, ordinal, count, 0, 0, event, EventCodec.decode(event)));
        }
    }

    private static long termOf(MemberStorage storage, long sequence) {
        try (RecordReader reader = storage.journal().readFrom(sequence)) {
            reader.next();
            return RecordedCodec.decode(reader.copy()).term();
        }
    }

    /** The same on every member, and of no client: it is made of the history before it. */
    private static RequestId requestId(MemberStorage storage, long backup) {
        ByteBuffer root = ByteBuffer.wrap(storage.tree().rootAt(backup).bytes());
        return new RequestId(root.getLong(), root.getLong());
    }
}

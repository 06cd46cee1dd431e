package beacon.keys.custodian;

import beacon.keys.Entropy;
import beacon.keys.custody.KeyShare;
import beacon.keys.custody.OrgKey;
import beacon.keys.custody.Partial;
import beacon.keys.custody.Party;
import beacon.keys.envelope.FileKey;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.OpenRequest;
import beacon.keys.opening.Opening;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.opening.WrapItem;
import beacon.keys.primitives.Hpke;
import beacon.keys.records.KeyKind;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualMessage;
import beacon.keys.records.RitualPlan;
import beacon.keys.records.RitualRun;
import beacon.keys.records.Seat;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A key of three made-up custodians, and a wrap that two of them open, all in memory. Shows before a custodian serves
 * that its arithmetic is right on this machine; repeated, it has the JVM compile what would make the first ritual of a
 * fresh process slow.
 */
public final class Rehearsal {
    private static final int CUSTODIANS = 3;
    private static final int THRESHOLD = 2;
    private static final int ROUNDS = 5;
    private static final String NAME = "rehearsal";
    /** Nothing in memory waits; no clock is asked. */
    private static final Instant DEADLINE = Instant.EPOCH;

    private final Entropy entropy;

    public Rehearsal(Entropy entropy) {
        this.entropy = entropy;
    }

    /**
     * Rehearses once.
     *
     * @throws IllegalStateException when anything comes out wrong
     */
    public void run() {
        List<Scalar> secrets = new ArrayList<>();
        List<Seat> seats = new ArrayList<>();
        for (int index = 1; index <= CUSTODIANS; index++) {
            secrets.add(Scalar.random(entropy));
            try (Party party = new Party(index, secrets.get(index - 1).copy())) {
                ByteString slot = ByteString.copyFrom(Hpke.publicKey(entropy.bytes(Hpke.SEED_BYTES)));
                seats.add(new Seat(NAME + index, NAME + ":" + index, party.publicKey(entropy), slot));
            }
        }
        ByteString session = ByteString.copyFrom(entropy.bytes(RitualPlan.SESSION_ID_BYTES));
        RitualPlan plan = RecordCodec.ceremony(session, NAME, KeyKind.INTERNAL, THRESHOLD, seats, DEADLINE);
        List<Kept> kept = new ArrayList<>();
        List<RitualRun> runs = new ArrayList<>();
        for (int index = 1; index <= CUSTODIANS; index++) {
            Kept keeper = new Kept();
            kept.add(keeper);
            runs.add(RitualRun.ceremony(plan, new Party(index, secrets.get(index - 1)), keeper, entropy));
        }
        KeyRecord record = hold(runs);
        open(RecordCodec.ofBytes(RecordCodec.toBytes(record)), kept);
        kept.forEach(Kept::close);
    }

    private static KeyRecord hold(List<RitualRun> runs) {
        for (int round = 0; round < ROUNDS; round++) {
            List<List<RitualMessage>> said = runs.stream().map(RitualRun::said).toList();
            for (RitualRun hearer : runs) {
                said.forEach(messages -> messages.forEach(hearer::hear));
            }
        }
        return runs.get(0).record().orElseThrow(() -> new IllegalStateException("expected a rehearsed key"));
    }

    private void open(KeyRecord record, List<Kept> kept) {
        ByteString requestId = ByteString.copyFrom(entropy.bytes(OpenRequest.ID_BYTES));
        try (FileKey fileKey = FileKey.generate(entropy)) {
            OrgRecipient recipient = new OrgRecipient(record, NAME, NAME, false);
            List<WrapItem> items = WrapItem.in(recipient.wrap(fileKey, entropy), record.keyId());
            Optional<FileKey> opened = Optional.empty();
            try (Opening opening = new Opening(record, requestId, items)) {
                for (int seat = 1; seat <= THRESHOLD; seat++) {
                    opened = opening.offer(
                            seat, List.of(answer(record.key(), requestId, items.get(0), kept.get(seat - 1))));
                }
            }
            boolean same = opened.filter(found -> MessageDigest.isEqual(found.copyBytes(), fileKey.copyBytes()))
                    .isPresent();
            opened.ifPresent(FileKey::close);
            if (!same) {
                throw new IllegalStateException("expected the rehearsed wrap to open");
            }
        }
    }

    private ItemAnswer answer(OrgKey key, ByteString requestId, WrapItem item, Kept holder) {
        KeyShare share = holder.share.orElseThrow(() -> new IllegalStateException("expected a rehearsed share"));
        ByteString point = item.share().orElseThrow(() -> new IllegalStateException("expected a rehearsed wrap"));
        Partial partial = Partial.compute(share, key, OpenRequest.partialRequest(requestId, item, point), entropy)
                .partial()
                .filter(made -> item.isBound())
                .orElseThrow(() -> new IllegalStateException("expected a rehearsed partial"));
        return new ItemAnswer(ByteString.copyFrom(partial.encode()), ByteString.EMPTY, "");
    }

    /** Keeps the share that the ritual wipes. */
    private static final class Kept implements RitualRun.Keeper, AutoCloseable {
        private Optional<KeyShare> share = Optional.empty();

        @Override
        public void keep(KeyShare made, OrgKey key) {
            byte[] bytes = made.copyBytes();
            share = Scalar.decode(bytes).map(secret -> new KeyShare(made.index(), made.epoch(), secret));
            Arrays.fill(bytes, (byte) 0);
        }

        @Override
        public void install(KeyRecord record) {
            // Nothing of a rehearsal stays.
        }

        @Override
        public void close() {
            share.ifPresent(KeyShare::close);
        }
    }
}

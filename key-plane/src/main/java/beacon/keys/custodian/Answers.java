package beacon.keys.custodian;

import beacon.keys.Entropy;
import beacon.keys.authority.Authority;
import beacon.keys.authority.Caller;
import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import beacon.keys.authority.Verdict;
import beacon.keys.custody.HybridWrap;
import beacon.keys.custody.KeyShare;
import beacon.keys.custody.Partial;
import beacon.keys.custody.SlotShare;
import beacon.keys.fragments.Retrieval;
import beacon.keys.fragments.Ritual;
import beacon.keys.opening.BadRequestException;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.OpenRequest;
import beacon.keys.opening.OpeningCodec;
import beacon.keys.opening.WrapItem;
import beacon.keys.primitives.Hpke;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.Seat;
import beacon.keys.signatures.Signature;
import beacon.model.Reason;
import beacon.model.Refusal;
import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Partial decryption: decides, computes, keeps the event, and only then answers, sealed to the reader. Safe for many
 * threads.
 */
public final class Answers {
    private final CustodianHome home;
    private final Self self;
    private final Authority authority;
    private final Heard heard;
    private final EventSink events;
    private final InstantSource clock;
    private final Entropy entropy;

    /** The custodian's own place and slot key, which stays the custodian's to wipe. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared; wiped in place.
    record Self(Seat seat, byte[] slotSeed) {}

    /** What the log said that bears on answers. */
    record Heard(Standing standing, ErasedWraps erased) {}

    Answers(
            CustodianHome home,
            Self self,
            Authority authority,
            Heard heard,
            EventSink events,
            InstantSource clock,
            Entropy entropy) {
        this.home = home;
        this.self = self;
        this.authority = authority;
        this.heard = heard;
        this.events = events;
        this.clock = clock;
        this.entropy = entropy;
    }

    /** An answer that only the reader opens. */
    public record Sealed(ByteString encapsulated, ByteString ciphertext) {}

    /**
     * Answers a request.
     *
     * @throws RefusedException when nothing of it is answered
     */
    public Sealed answer(Caller caller, ByteString encoded, List<Signature> signatures) {
        OpenRequest request;
        try {
            request = OpeningCodec.decode(encoded);
        } catch (BadRequestException malformed) {
            throw RefusedException.of(Reason.MALFORMED_REQUEST, String.valueOf(malformed.getMessage()));
        }
        long version = heard.standing().version();
        KeyRecord record = record(caller, request);
        Verdict verdict;
        synchronized (authority) {
            verdict = authority.judge(caller, request, signatures, record.plan().keyKind(), clock.instant());
        }
        if (verdict instanceof Verdict.Denied denied) {
            throw refuse(request, denied.subject(), denied.refusal());
        }
        Verdict.Judged judged = (Verdict.Judged) verdict;
        List<ItemAnswer> answers = compute(request, record, judged);
        List<CustodyEvent.Item> items = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            WrapItem item = request.items().get(i);
            String policy = item.bound().map(bound -> bound.terms().policy()).orElse("");
            items.add(new CustodyEvent.Item(item.id(), policy, answers.get(i).refused()));
        }
        events.keep(new CustodyEvent.Decided(
                clock.instant(), request.requestId(), request.keyId(), judged.subject(), request.purpose(), items));
        // The event is in the log, and all before it has been heard: what was taken back before it is not answered.
        if (heard.standing().version() != version || isErasedMeanwhile(request, answers)) {
            throw RefusedException.of(
                    Reason.CATCHING_UP,
                    "expected the same keys and claims as before, but found some changed; ask again");
        }
        return seal(request, answers);
    }

    private boolean isErasedMeanwhile(OpenRequest request, List<ItemAnswer> answers) {
        for (int i = 0; i < answers.size(); i++) {
            if (!answers.get(i).isRefused() && isErased(request, request.items().get(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean isErased(OpenRequest request, WrapItem item) {
        return item.share()
                .filter(share -> heard.erased().contains(request.keyId(), share))
                .isPresent();
    }

    private KeyRecord record(Caller caller, OpenRequest request) {
        Optional<KeyRecord> record = home.records().get(request.keyId());
        if (record.isEmpty()) {
            throw refuse(
                    request,
                    caller.actor(),
                    Refusal.of(Reason.UNKNOWN_REFERENCE, "expected a key of this custodian, but found another one"));
        }
        Optional<String> refused = heard.standing().refuses(request.keyId());
        if (refused.isPresent()) {
            throw refuse(request, caller.actor(), Refusal.of(Reason.KEY_STATE_FORBIDS, refused.get()));
        }
        int epoch = record.get().key().epoch();
        if (epoch != request.epoch()) {
            throw refuse(
                    request,
                    caller.actor(),
                    Refusal.staleRevision("", request.epoch(), epoch).withAddress("key epoch"));
        }
        boolean mine = record.get().plan().hasSeat(request.seat())
                && record.get().plan().seat(request.seat()).sameHolder(self.seat());
        if (!mine) {
            throw refuse(
                    request,
                    caller.actor(),
                    Refusal.of(
                            Reason.PERMISSION_DENIED,
                            "expected a request for custodian " + self.seat().name()));
        }
        return record.get();
    }

    private RefusedException refuse(OpenRequest request, String subject, Refusal refusal) {
        events.keep(new CustodyEvent.Refused(
                clock.instant(), request.requestId(), request.keyId(), subject, refusal.message()));
        return new RefusedException(refusal);
    }

    private List<ItemAnswer> compute(OpenRequest request, KeyRecord record, Verdict.Judged judged) {
        List<ItemAnswer> answers = new ArrayList<>();
        if (judged.refusals().stream().noneMatch(String::isEmpty)) {
            judged.refusals().forEach(refused -> answers.add(ItemAnswer.refused(refused)));
            return answers;
        }
        Retrieval retrieval = home.fragments().retrieve(record.plan().ritualId());
        if (retrieval.ritual().isEmpty()) {
            throw refuse(
                    request,
                    judged.subject(),
                    Refusal.of(Reason.CATCHING_UP, "expected a fragment, but found " + retrieval.outcome()));
        }
        try (Ritual ritual = retrieval.ritual().get();
                KeyShare share = ritual.share()) {
            for (int i = 0; i < request.items().size(); i++) {
                String refused = judged.refusals().get(i);
                answers.add(
                        refused.isEmpty()
                                ? compute(request, record, request.items().get(i), share)
                                : ItemAnswer.refused(refused));
            }
        }
        return answers;
    }

    private ItemAnswer compute(OpenRequest request, KeyRecord record, WrapItem item, KeyShare share) {
        if (item.bound().isPresent() && !item.isBound()) {
            return ItemAnswer.refused(
                    "expected a proof that binds the wrap to what it says, but found none that holds");
        }
        if (isErased(request, item)) {
            return ItemAnswer.refused("expected a wrap of an artifact that is there, but found one that was deleted");
        }
        Optional<ByteString> point = item.share();
        if (point.isEmpty()) {
            return ItemAnswer.refused("expected a well-formed wrap");
        }
        Partial.Answer partial = Partial.compute(
                share, record.key(), OpenRequest.partialRequest(request.requestId(), item, point.get()), entropy);
        if (partial.partial().isEmpty()) {
            return ItemAnswer.refused("expected a share of high order on the curve: " + partial.refusal());
        }
        ByteString encoded = ByteString.copyFrom(partial.partial().get().encode());
        Optional<HybridWrap> hybrid = item.hybrid();
        if (hybrid.isEmpty()) {
            return new ItemAnswer(encoded, ByteString.EMPTY, "");
        }
        Optional<SlotShare> slot = hybrid.get()
                .openSlot(
                        share.index(),
                        self.slotSeed(),
                        item.bound().orElseThrow().terms());
        if (slot.isEmpty()) {
            return ItemAnswer.refused("expected a slot that this custodian opens");
        }
        try (SlotShare opened = slot.get()) {
            byte[] bytes = opened.copyBytes();
            ByteString copy = ByteString.copyFrom(bytes);
            Arrays.fill(bytes, (byte) 0);
            return new ItemAnswer(encoded, copy, "");
        }
    }

    private Sealed seal(OpenRequest request, List<ItemAnswer> answers) {
        byte[] plain = OpeningCodec.encodeAnswers(answers);
        try {
            Hpke.Sealed sealed = Hpke.seal(
                    request.replyKey().toByteArray(), OpenRequest.answerInfo(request.encoded()), plain, entropy);
            return new Sealed(ByteString.copyFrom(sealed.encapsulated()), ByteString.copyFrom(sealed.ciphertext()));
        } catch (IllegalArgumentException unusable) {
            throw RefusedException.of(Reason.MALFORMED_REQUEST, "expected a reply key of X-Wing");
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }
}

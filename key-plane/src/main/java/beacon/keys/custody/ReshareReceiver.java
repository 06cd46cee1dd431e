package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.primitives.Sha512;
import beacon.keys.proofs.Schnorr;
import beacon.keys.shares.Commitments;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One new holder's side of a resharing. Collects the part of every dealer of the plan, checks each against the present
 * public shares, keeps its new share as pending, certifies, and is done when all receivers certified. Whatever fails
 * aborts and names who is to blame; the present shares stay good until the log says otherwise, and a retry takes
 * another set of dealers. Not thread-safe.
 */
public final class ReshareReceiver {
    private final ResharePlan plan;
    private final Party self;
    private final Entropy entropy;
    private final TreeMap<Integer, Contribution> dealt = new TreeMap<>();
    private final TreeMap<Integer, ByteString> certified = new TreeMap<>();
    private byte[] transcript = new byte[0];
    private Optional<OrgKey> key = Optional.empty();
    private boolean over;

    /** The party is a receiver: its index is the new one. It stays the caller's. */
    public ReshareReceiver(ResharePlan plan, Party self, Entropy entropy) {
        if (self.index() < 1
                || self.index() > plan.receivers().size()
                || !plan.receivers().get(self.index() - 1).sameAs(self.publicKey(entropy))) {
            throw new IllegalArgumentException("expected receiver %d to hold its key".formatted(self.index()));
        }
        this.plan = plan;
        this.self = self;
        this.entropy = entropy;
    }

    /** Takes a dealer's part; the caller has authenticated the dealer, or strangers could have him blamed. */
    public List<CeremonyStep> dealt(int dealer, Contribution part) {
        if (over || !plan.dealers().contains(dealer)) {
            return List.of();
        }
        Contribution known = dealt.putIfAbsent(dealer, part);
        if (known != null) {
            return known.equals(part) ? List.of() : abort(new Blame(dealer, Blame.Kind.EQUIVOCATION));
        }
        if (dealt.size() < plan.dealers().size()) {
            return List.of();
        }
        List<CeremonyStep> steps = new ArrayList<>(accept());
        steps.addAll(finish());
        return steps;
    }

    /** Takes a receiver's signature; its sender is authenticated by the caller. */
    public List<CeremonyStep> certified(int receiver, ByteString signature) {
        if (over || receiver < 1 || receiver > plan.receivers().size()) {
            return List.of();
        }
        ByteString known = certified.putIfAbsent(receiver, signature);
        if (known != null && !known.equals(signature)) {
            return abort(new Blame(receiver, Blame.Kind.EQUIVOCATION));
        }
        return finish();
    }

    /** The deadline passed: dealers that are missing are named, or else receivers that did not certify. */
    public List<CeremonyStep> expire() {
        if (over) {
            return List.of();
        }
        List<Blame> silent = new ArrayList<>();
        plan.dealers().stream()
                .filter(dealer -> !dealt.containsKey(dealer))
                .forEach(dealer -> silent.add(new Blame(dealer, Blame.Kind.SILENT)));
        if (silent.isEmpty()) {
            for (int receiver = 1; receiver <= plan.receivers().size(); receiver++) {
                if (!certified.containsKey(receiver)) {
                    silent.add(new Blame(receiver, Blame.Kind.SILENT));
                }
            }
        }
        return end(new CeremonyStep.Abort(silent));
    }

    private List<CeremonyStep> accept() {
        Scalar sum = Scalar.ZERO;
        Optional<Commitments> commitments = Optional.empty();
        for (Map.Entry<Integer, Contribution> entry : dealt.entrySet()) {
            int dealer = entry.getKey();
            Contribution part = entry.getValue();
            Optional<Blame> blame = plan.check(dealer, part);
            if (blame.isPresent()) {
                return abort(blame.get());
            }
            Optional<Scalar> share = ShareSealing.open(
                    part.sealedShares().get(self.index() - 1),
                    self.secret(),
                    plan.route(part.ephemeral(), dealer, self.index()),
                    entropy);
            if (share.isEmpty()) {
                return abort(new Blame(dealer, Blame.Kind.SEALED_SHARE));
            }
            if (!Point.baseTimes(share.get(), entropy).sameAs(part.commitments().at(self.index()))) {
                return abort(new Blame(dealer, Blame.Kind.BAD_SHARE));
            }
            sum = sum.plus(share.get());
            share.get().wipe();
            commitments =
                    Optional.of(commitments.map(c -> c.plus(part.commitments())).orElse(part.commitments()));
        }
        return keepAndCertify(sum, commitments.orElseThrow());
    }

    private List<CeremonyStep> keepAndCertify(Scalar sum, Commitments commitments) {
        int epoch = plan.from().epoch() + 1;
        OrgKey next = OrgKey.of(commitments, plan.receivers().size(), epoch);
        KeyShare share = new KeyShare(self.index(), epoch, sum);
        sum.wipe();
        if (!next.publicKey().sameAs(plan.from().publicKey()) || !share.belongsTo(next, entropy)) {
            throw new IllegalStateException("expected good parts to sum up to a share of the same key");
        }
        transcript = plan.transcript(List.copyOf(dealt.values()));
        ByteString signature = ByteString.copyFrom(Schnorr.sign(self.secret(), transcript, entropy));
        certified.put(self.index(), signature);
        key = Optional.of(next);
        return List.of(
                new CeremonyStep.Keep(share, next), new CeremonyStep.Send(new CeremonyMessage.Certified(signature)));
    }

    private List<CeremonyStep> finish() {
        if (over || key.isEmpty() || certified.size() < plan.receivers().size()) {
            return List.of();
        }
        for (Map.Entry<Integer, ByteString> entry : certified.entrySet()) {
            Point signer = plan.receivers().get(entry.getKey() - 1);
            if (!Schnorr.verify(signer, transcript, entry.getValue().toByteArray())) {
                return abort(new Blame(entry.getKey(), Blame.Kind.BAD_CERTIFICATE));
            }
        }
        ByteString hash = ByteString.copyFrom(Sha512.plain().raw(transcript).digest());
        return end(new CeremonyStep.Done(key.get(), hash, List.copyOf(certified.values())));
    }

    private List<CeremonyStep> abort(Blame blame) {
        return end(new CeremonyStep.Abort(List.of(blame)));
    }

    private List<CeremonyStep> end(CeremonyStep last) {
        over = true;
        dealt.clear();
        certified.clear();
        return List.of(last);
    }
}

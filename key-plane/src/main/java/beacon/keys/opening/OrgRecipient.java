package beacon.keys.opening;

import beacon.keys.Entropy;
import beacon.keys.custody.BoundWrap;
import beacon.keys.custody.HybridWrap;
import beacon.keys.custody.WrapTerms;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Recipient;
import beacon.keys.envelope.Stanza;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.Seat;
import beacon.keys.records.Words;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * An organisation, as our own writers wrap for it: with a proof that binds the wrap to writer and policy.
 *
 * @param writer who seals
 * @param policy whose conditions decide who may open
 * @param hybrid also sealed against a quantum computer; such a file needs Beacon to open
 */
public record OrgRecipient(KeyRecord record, String writer, String policy, boolean hybrid) implements Recipient {
    public OrgRecipient {
        Words.require("writer", writer);
        Words.require("policy", policy);
    }

    @Override
    public Strength strength() {
        return hybrid ? Strength.POST_QUANTUM : Strength.CLASSIC;
    }

    @Override
    public List<Stanza> wrap(FileKey fileKey, Entropy entropy) {
        ByteString nonce = ByteString.copyFrom(entropy.bytes(BindingStanza.NONCE_BYTES));
        WrapTerms terms = new WrapTerms(record.plan().organisation(), record.keyId(), writer, policy, nonce);
        if (!hybrid) {
            BoundWrap wrap = BoundWrap.make(fileKey, record.key(), terms, entropy);
            return List.of(wrap.stanza(), new BindingStanza(terms, wrap.binding()).stanza());
        }
        List<ByteString> slots =
                record.plan().seats().stream().map(Seat::slotKey).toList();
        HybridWrap wrap = HybridWrap.make(fileKey, record.key(), slots, terms, entropy);
        List<Stanza> stanzas = new ArrayList<>(wrap.stanzas());
        stanzas.add(new BindingStanza(terms, wrap.binding()).stanza());
        return stanzas;
    }
}

package beacon.keys.opening;

import beacon.keys.Entropy;
import beacon.keys.custody.WrapTerms;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.Stanza;
import beacon.keys.records.KeyRecord;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The same file key under another organisation key: a header for a header. The payload, its blocks and their names stay;
 * so do writer, policy, strength, and what other recipients have.
 *
 * @param header as it is
 * @param item its wrap for the key that goes
 */
public record Rewrap(Header header, WrapItem item) {
    /** Policy of wraps whose maker named none. */
    public static final String DEFAULT_POLICY = "default";

    private static final String NOBODY = "anybody";

    /** What there is to rewrap; empty when the header has no wrap for this key. */
    public static Optional<Rewrap> of(Header header, ByteString keyId) {
        List<WrapItem> items = WrapItem.in(header.stanzas(), keyId);
        return items.isEmpty() ? Optional.empty() : Optional.of(new Rewrap(header, items.get(0)));
    }

    /**
     * The header for another key.
     *
     * @throws beacon.keys.envelope.AgeException.BadMac when the file key is not that of the header; it is then wiped
     */
    public Header to(KeyRecord target, FileKey fileKey, Entropy entropy) {
        header.verify(fileKey);
        Optional<WrapTerms> terms = item.bound().map(BindingStanza::terms);
        OrgRecipient recipient = new OrgRecipient(
                target,
                terms.map(WrapTerms::writer).orElse(NOBODY),
                terms.map(WrapTerms::policy).orElse(DEFAULT_POLICY),
                item.hybrid().isPresent());
        List<Stanza> stanzas = new ArrayList<>(recipient.wrap(fileKey, entropy));
        WrapItem.unpacked(header.stanzas()).stream()
                .filter(stanza -> !isGoing(stanza))
                .forEach(stanzas::add);
        return Header.seal(fileKey, stanzas);
    }

    private boolean isGoing(Stanza stanza) {
        return item.stanzas().contains(stanza)
                || item.bound()
                        .map(BindingStanza::stanza)
                        .filter(stanza::equals)
                        .isPresent();
    }
}

package beacon.keys.opening;

import beacon.keys.custody.WrapTerms;
import beacon.keys.envelope.Stanza;
import beacon.keys.proofs.Binding;
import beacon.keys.records.Words;
import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * {@code -> beacon.dev/bind <key id> <nonce> <organisation> <writer> <policy>}, key id and nonce in hex: what the wrap
 * right before it is bound to, and the proof. Other readers of the file pass it over.
 */
public record BindingStanza(WrapTerms terms, ByteString binding) {
    public static final String TYPE = "beacon.dev/bind";

    /** Bytes of a wrap's nonce. */
    public static final int NONCE_BYTES = 16;

    private static final int KEY_ID_BYTES = 20;

    /** The stanza as it stands in the header. */
    public Stanza stanza() {
        return new Stanza(
                List.of(
                        TYPE,
                        HexFormat.of().formatHex(terms.keyId().toByteArray()),
                        HexFormat.of().formatHex(terms.nonce().toByteArray()),
                        Words.require("organisation", terms.organisation()),
                        Words.require("writer", terms.writer()),
                        Words.require("policy", terms.policy())),
                binding);
    }

    /** Reads a stanza; empty when it is none of this kind, or not well-formed. */
    public static Optional<BindingStanza> parse(Stanza stanza) {
        List<String> arguments = stanza.arguments();
        if (!stanza.type().equals(TYPE)
                || arguments.size() != 6
                || stanza.body().size() != Binding.BYTES) {
            return Optional.empty();
        }
        Optional<ByteString> keyId = hex(arguments.get(1), KEY_ID_BYTES);
        Optional<ByteString> nonce = hex(arguments.get(2), NONCE_BYTES);
        boolean worded = arguments.subList(3, 6).stream().allMatch(Words::isWord);
        if (keyId.isEmpty() || nonce.isEmpty() || !worded) {
            return Optional.empty();
        }
        WrapTerms terms = new WrapTerms(arguments.get(3), keyId.get(), arguments.get(4), arguments.get(5), nonce.get());
        return Optional.of(new BindingStanza(terms, stanza.body()));
    }

    private static Optional<ByteString> hex(String text, int bytes) {
        return text.matches("[0-9a-f]{" + 2 * bytes + "}")
                ? Optional.of(ByteString.copyFrom(HexFormat.of().parseHex(text)))
                : Optional.empty();
    }
}

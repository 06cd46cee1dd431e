package beacon.keys.opening;

import beacon.keys.custody.BoundWrap;
import beacon.keys.custody.HybridWrap;
import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.Stanza;
import beacon.keys.envelope.X25519Stanza;
import beacon.keys.primitives.Sha512;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One wrap in a header that custodians may open: an X25519 stanza or the stanzas of a hybrid wrap, and what it is bound
 * to, if its maker said.
 */
public record WrapItem(List<Stanza> stanzas, Optional<BindingStanza> bound) {
    /** Wraps of one request. */
    public static final int MAX_ITEMS = 64;

    private static final String HYBRID = "beacon.dev/hx1";
    private static final String HYBRID_SLOT = "beacon.dev/hx1-slot";

    private static final String PACKED = "beacon.dev/packed";

    public WrapItem {
        stanzas = List.copyOf(stanzas);
    }

    /** All wraps of a header that may be for this key: bound ones that name it, and unbound ones. */
    public static List<WrapItem> in(List<Stanza> stanzas, ByteString keyId) {
        List<Stanza> header = unpacked(stanzas);
        List<WrapItem> items = new ArrayList<>();
        int at = 0;
        while (at < header.size()) {
            int end = at + 1;
            if (header.get(at).type().equals(HYBRID)) {
                while (end < header.size() && header.get(end).type().equals(HYBRID_SLOT)) {
                    end++;
                }
            }
            Optional<BindingStanza> bound =
                    end < header.size() ? BindingStanza.parse(header.get(end)) : Optional.empty();
            WrapItem item = new WrapItem(header.subList(at, end), bound);
            boolean named = bound.map(b -> b.terms().keyId().equals(keyId)).orElse(true);
            if (named && (item.isClassic() || item.hybrid().isPresent()) && items.size() < MAX_ITEMS) {
                items.add(item);
            }
            at = bound.isPresent() ? end + 1 : end;
        }
        return items;
    }

    /** All stanzas of a wrap in one, for plugins, which may give one stanza for each recipient. */
    public static Stanza pack(List<Stanza> stanzas) {
        return new Stanza(List.of(PACKED), OpeningCodec.pack(stanzas));
    }

    /** The stanzas, and in place of packed ones those in them. */
    static List<Stanza> unpacked(List<Stanza> stanzas) {
        List<Stanza> all = new ArrayList<>();
        for (Stanza stanza : stanzas) {
            if (stanza.type().equals(PACKED)) {
                all.addAll(OpeningCodec.unpack(stanza.body()));
            } else {
                all.add(stanza);
            }
        }
        return all;
    }

    public boolean isClassic() {
        return stanzas.size() == 1 && stanzas.get(0).type().equals(X25519Stanza.TYPE);
    }

    /** The X25519 stanza; empty for a hybrid wrap or a malformed stanza. */
    public Optional<X25519Stanza> classic() {
        try {
            return isClassic() ? Optional.of(X25519Stanza.parse(stanzas.get(0))) : Optional.empty();
        } catch (AgeException.BadHeader malformed) {
            return Optional.empty();
        }
    }

    /** The hybrid wrap; empty for a classic one, and for one without what it is bound to. */
    public Optional<HybridWrap> hybrid() {
        return bound.flatMap(b -> HybridWrap.parse(stanzas, b.binding()));
    }

    /** The share that custodians multiply. */
    public Optional<ByteString> share() {
        return classic().map(X25519Stanza::share).or(() -> hybrid().map(HybridWrap::share));
    }

    /** True when its maker bound it to what it says. */
    public boolean isBound() {
        if (bound.isEmpty()) {
            return false;
        }
        return classic()
                .map(stanza -> new BoundWrap(stanza.stanza(), bound.get().binding())
                        .verifies(bound.get().terms()))
                .or(() -> hybrid().map(wrap -> wrap.verifies(bound.get().terms())))
                .orElse(false);
    }

    /** Name of the wrap in events. */
    public ByteString id() {
        Sha512 hash = Sha512.of("beacon/wrap-id/v1");
        stanzas.forEach(stanza -> {
            hash.field(stanza.arguments().size());
            stanza.arguments().forEach(argument -> hash.field(argument.getBytes(StandardCharsets.UTF_8)));
            hash.field(stanza.body().toByteArray());
        });
        bound.ifPresent(b -> hash.field(b.stanza().body().toByteArray()));
        return ByteString.copyFrom(hash.digest(32));
    }
}

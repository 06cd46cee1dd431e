package beacon.keys.custody;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.Stanza;
import beacon.keys.primitives.Hpke;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HybridWrapTest {
    private final Entropy entropy = new TestEntropy(21);
    private final Custodians custodians = Custodians.born(2, 3, entropy);
    private final List<byte[]> seeds =
            Stream.generate(() -> entropy.bytes(Hpke.SEED_BYTES)).limit(3).toList();
    private final List<ByteString> slotKeys = seeds.stream()
            .map(seed -> ByteString.copyFrom(Hpke.publicKey(seed)))
            .toList();
    private final FileKey fileKey = FileKey.generate(entropy);
    private final WrapTerms terms = new WrapTerms(
            "did:key:org", custodians.key.id(), "alice", "policy", ByteString.copyFrom(entropy.bytes(16)));
    private final HybridWrap wrap = HybridWrap.make(fileKey, custodians.key, slotKeys, terms, entropy);

    @Test
    void everyPairOpensWhatComesBackFromTheHeader() {
        Header header = Header.parse(Header.seal(fileKey, wrap.stanzas()).encode());

        HybridWrap read = HybridWrap.parse(header.stanzas(), wrap.binding()).orElseThrow();

        assertThat(read).isEqualTo(wrap);
        assertThat(read.verifies(terms)).isTrue();
        for (int[] pair : new int[][] {{1, 2}, {1, 3}, {2, 3}}) {
            assertThat(combiner(read, pair, pair).fileKey().orElseThrow().copyBytes())
                    .isEqualTo(fileKey.copyBytes());
        }
    }

    @Test
    void neitherHalfAloneOpens() {
        assertThat(combiner(wrap, new int[] {1, 2, 3}, new int[] {1}).fileKey()).isEmpty();
        assertThat(combiner(wrap, new int[] {1}, new int[] {1, 2, 3}).fileKey()).isEmpty();
        assertThat(wrap.open(custodians.secret(request(wrap), 1, 2), Scalar.of(7), custodians.key, terms))
                .isEmpty();
    }

    @Test
    void aWrongSlotShareIsNamedAndTheOthersStillOpen() {
        HybridCombiner combiner = combiner(wrap, new int[] {1, 2}, new int[] {2});

        assertThat(combiner.offer(new SlotShare(1, Scalar.random(entropy)))).isFalse();
        assertThat(combiner.liars()).containsExactly(1);
        assertThat(combiner.fileKey()).isEmpty();
        assertThat(combiner.offer(wrap.openSlot(3, seeds.get(2), terms).orElseThrow()))
                .isTrue();
        assertThat(combiner.fileKey().orElseThrow().copyBytes()).isEqualTo(fileKey.copyBytes());
        assertThat(combiner.liars()).containsExactly(1);
    }

    @Test
    void aSlotOpensForItsKeyAndTermsOnly() {
        WrapTerms others = new WrapTerms(terms.organisation(), terms.keyId(), "mallory", terms.policy(), terms.nonce());

        assertThat(wrap.openSlot(1, seeds.get(0), terms)).isPresent();
        assertThat(wrap.openSlot(1, seeds.get(1), terms)).isEmpty();
        assertThat(wrap.openSlot(1, seeds.get(0), others)).isEmpty();
        assertThat(wrap.openSlot(4, seeds.get(0), terms)).isEmpty();
        assertThat(wrap.verifies(others)).isFalse();
    }

    @Test
    void slotsOfAnotherWrapAreRefused() {
        HybridWrap other = HybridWrap.make(fileKey, custodians.key, slotKeys, terms, entropy);
        List<HybridSlot> mixed = new ArrayList<>(wrap.slots());
        mixed.set(0, other.slots().get(0));

        HybridWrap transplanted = new HybridWrap(wrap.keyId(), wrap.share(), wrap.body(), mixed, wrap.binding());

        assertThat(transplanted.verifies(terms)).isFalse();
        assertThat(transplanted.openSlot(1, seeds.get(0), terms)).isEmpty();
    }

    @Test
    void stanzasThatAreNotExactlyOneWrapAreRefused() {
        List<Stanza> stanzas = wrap.stanzas();
        List<Stanza> twice = new ArrayList<>(stanzas);
        twice.add(stanzas.get(0));

        assertThat(HybridWrap.parse(twice, wrap.binding())).isEmpty();
        assertThat(HybridWrap.parse(stanzas.subList(1, 4), wrap.binding())).isEmpty();
        assertThat(HybridWrap.parse(stanzas.subList(0, 1), wrap.binding())).isEmpty();
        assertThat(HybridWrap.parse(List.of(), wrap.binding())).isEmpty();
    }

    private HybridCombiner combiner(HybridWrap opened, int[] partials, int[] slots) {
        HybridCombiner combiner = new HybridCombiner(custodians.key, opened, terms, request(opened));
        IntStream.of(partials)
                .forEach(index -> assertThat(combiner.offer(custodians.partial(index, request(opened))))
                        .isTrue());
        IntStream.of(slots)
                .forEach(index -> assertThat(combiner.offer(opened.openSlot(index, seeds.get(index - 1), terms)
                                .orElseThrow()))
                        .isTrue());
        return combiner;
    }

    private static PartialRequest request(HybridWrap opened) {
        return new PartialRequest(opened.share(), ByteString.copyFromUtf8("r"));
    }
}

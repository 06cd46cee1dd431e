package beacon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CidTest {
    private static final String DIGEST = "c3c4733ec8affd06cf9e9ff50ffc6bcd2ec85a6170004bb709669c31de94391a";

    @Example
    void readsTheExampleOfTheSpecification() {
        Cid cid = Cid.of(HexFormat.of().parseHex("01551220" + DIGEST));

        assertThat(cid).hasToString("bafkreigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi");
        assertThat(cid.codec()).isEqualTo(Cid.RAW);
        assertThat(cid.hashFunction()).isEqualTo(Cid.SHA2_256);
        assertThat(HexFormat.of().formatHex(cid.digest().toByteArray())).isEqualTo(DIGEST);
        assertThat(cid).isEqualTo(Cid.sha256(Cid.RAW, cid.digest()));
    }

    @Property
    void readsBackWhatItPrints(@ForAll("cids") Cid cid) {
        assertThat(Cid.parse(cid.toString())).isEqualTo(cid).hasSameHashCodeAs(cid);
        assertThat(Cid.parse(cid.toString().toUpperCase(java.util.Locale.ROOT))).isEqualTo(cid);
        assertThat(Cid.parse("z" + Base58.encode(cid.bytes()))).isEqualTo(cid);
        assertThat(Cid.of(cid.bytes())).isEqualTo(cid);
        assertThat(Cid.of(cid.bytes().toByteArray()).bytes()).isEqualTo(cid.bytes());
    }

    @Property(tries = 3000)
    void answersAnyBytesWithTheCidOfTheseBytesOrMalformedCid(@ForAll("nearlyCids") ByteString bytes) {
        try {
            Cid cid = Cid.of(bytes);
            assertThat(cid.bytes()).isEqualTo(bytes);
            assertThat(cid.multihash().size()).isGreaterThan(cid.digest().size());
        } catch (MalformedCid e) {
            assertThat(e.getMessage()).startsWith("expected ").hasSizeLessThan(200);
        }
    }

    @Property(tries = 3000)
    void answersAnyTextWithACidOrMalformedCid(@ForAll("nearlyTexts") String text) {
        try {
            Cid cid = Cid.parse(text);
            assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
        } catch (MalformedCid e) {
            assertThat(e.getMessage())
                    .startsWith("expected ")
                    .hasSizeLessThan(200)
                    .matches("\\p{Print}*");
        }
    }

    @Property
    void takesOneTextForOneValueInEachBase(@ForAll("nearlyTexts") String text) {
        try {
            Cid cid = Cid.parse(text);
            String again = text.startsWith("z") ? "z" + Base58.encode(cid.bytes()) : cid.toString();
            assertThat(again).isEqualToIgnoringCase(text);
        } catch (MalformedCid refused) {
            assertThat(refused).isNotNull();
        }
    }

    @Example
    void isNotChangedThroughTheArrayItWasReadFrom() {
        byte[] bytes = HexFormat.of().parseHex("01551220" + DIGEST);
        Cid cid = Cid.of(bytes);
        String text = cid.toString();

        bytes[10]++;

        assertThat(cid).hasToString(text);
    }

    @Example
    void refusesBytesThatAreNoCidOfVersionOne() {
        refusesBytes("", "expected the version, but found the end");
        refusesBytes("01", "expected the codec, but found the end");
        refusesBytes("0155", "expected the hash function, but found the end");
        refusesBytes("015512", "expected the length of the digest, but found the end");
        refusesBytes("01551220" + DIGEST.substring(2), "expected a digest of 32 bytes, but found 31");
        refusesBytes("01551220" + DIGEST + "00", "expected a digest of 32 bytes, but found 33");
        refusesBytes("02551220" + DIGEST, "expected CID version 1, but found 2");
        refusesBytes("81005500" + "00", "expected the version in the shortest form");
        refusesBytes("01d50012" + "20" + DIGEST, "expected the codec in the shortest form");
        refusesBytes("01ffffffffffffffffff01" + "1200", "expected the codec in at most nine bytes");
        refusesBytes("0155" + "00" + "ffffffffffffffff7f", "expected a digest of 9223372036854775807 bytes");
        refusesBytes("015500" + "8001" + "00".repeat(128), "expected a CID of at most 128 bytes");
        refusesBytes("015500" + "8001" + "00".repeat(4000), "expected a CID of at most 128 bytes");
    }

    @Example
    void takesTheLongestAndTheShortestCid() {
        assertThat(Cid.of(HexFormat.of().parseHex("0155007c" + "00".repeat(124)))
                        .digest()
                        .size())
                .isEqualTo(124);
        assertThat(Cid.of(HexFormat.of().parseHex("01550000"))).hasToString("bafkqaaa");
    }

    @Example
    void tellsHowAVersionZeroCidIsWrittenInVersionOne() {
        String zero = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";

        assertThatThrownBy(() -> Cid.parse(zero))
                .isInstanceOf(MalformedCid.class)
                .hasMessageStartingWith("expected a CIDv1, but found a CIDv0; as CIDv1 it is bafybei");
        String told = catchMessage(zero).replaceFirst(".* ", "");
        assertThat(Base58.encode(Cid.parse(told).multihash())).isEqualTo(zero);
        refusesBytes("1220" + DIGEST, "expected a CIDv1, but found a CIDv0; as CIDv1 it is bafybei");
        refusesText("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx50", "expected a base58btc character");
        refusesText("Qm" + "z".repeat(44), "looks like a CIDv0 and is none");
    }

    @Example
    void refusesTextsThatAreNoCid() {
        refusesText("", "expected a CID of 2 to 256 characters, but found 0");
        refusesText("b", "expected a CID of 2 to 256 characters, but found 1");
        refusesText("b" + "a".repeat(256), "expected a CID of 2 to 256 characters, but found 257");
        refusesText(
                "f01551220" + DIGEST, "expected a CID that starts with b (base32) or z (base58btc), but found \"f\"");
        refusesText("\u0007afkqaaa", "but found U+0007");
        refusesText("bafkqaa1", "expected a base32 character, but found \"1\" at position 7");
        refusesText("bafkqaaa=", "expected a base32 character, but found \"=\"");
        refusesText("bafkqaab", "left over");
        refusesText("bafkqaaaaa", "left over");
        refusesText("z0", "expected a base58btc character");
    }

    private static String catchMessage(String text) {
        try {
            return Cid.parse(text).toString();
        } catch (MalformedCid e) {
            return e.getMessage();
        }
    }

    private static void refusesBytes(String hex, String message) {
        assertThatThrownBy(() -> Cid.of(HexFormat.of().parseHex(hex)))
                .isInstanceOf(MalformedCid.class)
                .hasMessageContaining(message);
    }

    private static void refusesText(String text, String message) {
        assertThatThrownBy(() -> Cid.parse(text))
                .isInstanceOf(MalformedCid.class)
                .hasMessageContaining(message);
    }

    @Provide
    Arbitrary<Cid> cids() {
        Arbitrary<Long> code = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<byte[]> digest = Arbitraries.bytes().array(byte[].class).ofMaxSize(100);
        return Combinators.combine(code, code, digest)
                .as((codec, function, bytes) ->
                        Cid.of(Varints.encode(1, codec, function, bytes.length).concat(ByteString.copyFrom(bytes))));
    }

    @Provide
    Arbitrary<ByteString> nearlyCids() {
        Arbitrary<ByteString> any =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(140).map(ByteString::copyFrom);
        Arbitrary<ByteString> cut = Combinators.combine(
                        cids(), Arbitraries.integers().between(0, 110), any)
                .as((cid, length, tail) -> cid.bytes()
                        .substring(0, Math.min(length, cid.bytes().size()))
                        .concat(tail));
        return Arbitraries.oneOf(any, cut);
    }

    @Provide
    Arbitrary<String> nearlyTexts() {
        Arbitrary<String> base32 = Arbitraries.strings()
                .withChars("abcdefghijklmnopqrstuvwxyz234567")
                .ofMaxLength(20);
        Arbitrary<String> edits = Combinators.combine(
                        cids(),
                        Arbitraries.integers().between(0, 60),
                        Arbitraries.strings().ofMaxLength(3))
                .as((cid, at, text) -> {
                    String whole = at % 2 == 0 ? cid.toString() : "z" + Base58.encode(cid.bytes());
                    int from = at % whole.length();
                    return whole.substring(0, from) + text + whole.substring(from);
                });
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(50), base32.map(s -> "b" + s), base32.map(s -> "bafkqaa" + s), edits);
    }
}

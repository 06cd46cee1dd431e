package beacon.dht.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.blockstore.BlockHash;
import beacon.dht.testing.Vectors;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CborTest {
    private static final CborReader.Limits WIDE = new CborReader.Limits(64, 1_000_000);

    private static ByteString hex(String text) {
        return ByteString.copyFrom(HexFormat.of().parseHex(text));
    }

    @Test
    void theBlocksOfOthersAreReadAndWrittenBackByteForByte() throws IOException {
        int checked = 0;
        try (Stream<Path> files = Files.walk(Vectors.folder("dag-cbor"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".dag-cbor")).toList()) {
                ByteString bytes = ByteString.copyFrom(Files.readAllBytes(file));

                ByteString again = CborWriter.write(CborReader.read(bytes, WIDE));

                assertThat(again).as("%s", file).isEqualTo(bytes);
                assertThat(file.getFileName()).hasToString(BlockHash.sha256(Cid.DAG_CBOR, again) + ".dag-cbor");
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(80);
    }

    @Test
    void refusesWhatOthersRefuse() {
        List<String> wrong =
                Vectors.values(Vectors.text("dag-cbor/negative-fixtures/dag-cbor/decode/duplicate-keys.json"), "hex");

        assertThat(wrong)
                .isNotEmpty()
                .allSatisfy(text -> assertThatThrownBy(() -> CborReader.read(hex(text), WIDE))
                        .isInstanceOf(WireException.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "1801", // 1 in two bytes
                "190017", // 23 in three bytes
                "1a0000ffff", // 65,535 in five bytes
                "1b00000000ffffffff", // 2^32 - 1 in nine bytes
                "5f4100ff", // bytes of no known length
                "9f01ff", // a list of no known length
                "bf616101ff", // a map of no known length
                "62c328", // text that is not UTF-8
                "a2616201616101", // keys out of order
                "a262616101616201", // a longer key first
                "a10101", // a number as key
                "f93c00", // a number of 16 bits
                "fa3f800000", // a number of 32 bits
                "fb7ff8000000000000", // not a number
                "fb7ff0000000000000", // infinite
                "f7", // undefined
                "f8ff", // another simple value
                "c001", // another tag
                "d82a01", // a link that is no bytes
                "d82a40", // a link to nothing
                "d82a4101", // a link without the zero
                "d82a420001", // a link to what is no CID
                "0101", // bytes after the end
                "9b7fffffffffffffff", // a list longer than what is there
                "bbffffffffffffffff", // a map longer than what is there
                "5bffffffffffffffff", // bytes longer than what is there
                "1c", // a reserved argument
            })
    void refusesEveryOtherSpelling(String text) {
        assertThatThrownBy(() -> CborReader.read(hex(text), WIDE)).isInstanceOf(WireException.class);
    }

    @Test
    void refusesMoreLevelsAndMoreValuesThanAllowed() {
        ByteString deep = hex("81".repeat(20) + "00");
        ByteString wide = hex("98ff" + "00".repeat(255));

        assertThatThrownBy(() -> CborReader.read(deep, new CborReader.Limits(19, 100)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("19 levels");
        assertThatThrownBy(() -> CborReader.read(wide, new CborReader.Limits(1, 255)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("255 values");
        assertThat(CborReader.read(deep, new CborReader.Limits(20, 21))).isNotNull();
        assertThat(CborReader.read(wide, new CborReader.Limits(1, 256))).isNotNull();
    }

    @Test
    void mapsAreWrittenInOneOrderWhateverTheirMakerDid() {
        Cbor made = new Cbor.Entries(new java.util.TreeMap<>(
                Map.of("aa", Cbor.of(1), "b", Cbor.of(-1), "ab", new Cbor.Bool(true), "", new Cbor.Null())));

        assertThat(CborWriter.write(made)).isEqualTo(hex("a460f66162206261610162616" + "2f5"));
    }

    @Property(tries = 20_000)
    void whateverIsReadIsWrittenBack(@ForAll @Size(max = 40) byte[] bytes) {
        ByteString given = ByteString.copyFrom(bytes);
        try {
            Cbor read = CborReader.read(given, new CborReader.Limits(8, 64));

            assertThat(CborWriter.write(read)).isEqualTo(given);
        } catch (WireException refused) {
            assertThat(refused).hasMessageStartingWith("expected ");
        }
    }
}

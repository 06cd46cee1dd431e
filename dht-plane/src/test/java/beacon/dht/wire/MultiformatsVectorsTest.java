package beacon.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.testing.Vectors;
import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Multibase, multihash, multiaddr and peer ids read and write what other implementations do. */
class MultiformatsVectorsTest {
    private static ByteString hex(String text) {
        return ByteString.copyFrom(HexFormat.of().parseHex(text));
    }

    private static boolean isLeftOut(String address) {
        return address.matches(".*/(onion|onion3|garlic32|garlic64)/.*");
    }

    @Test
    void multibaseTextsRoundTrip() {
        int checked = 0;
        for (Map.Entry<String, String> set : Map.of("basic.csv", "yes mani !", "leading_zero.csv", "\0yes mani !")
                .entrySet()) {
            for (String line :
                    Vectors.text("multibase/" + set.getKey()).lines().skip(1).toList()) {
                String name = line.substring(0, line.indexOf(',')).toUpperCase(Locale.ROOT);
                String text = line.substring(line.indexOf('"') + 1, line.lastIndexOf('"'));
                if (!name.equals("BASE256EMOJI")) {
                    ByteString plain = ByteString.copyFromUtf8(set.getValue());
                    assertThat(Multibase.valueOf(name).encode(plain)).as(name).isEqualTo(text);
                    assertThat(Multibase.decode(text)).as(name).isEqualTo(plain);
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(40);
    }

    @Test
    void multibaseIgnoresCaseWhereTheAlphabetHasOne() {
        List<String> lines =
                Vectors.text("multibase/case_insensitivity.csv").lines().skip(1).toList();

        assertThat(lines).isNotEmpty().allSatisfy(line -> {
            String text = line.substring(line.indexOf('"') + 1, line.lastIndexOf('"'));
            assertThat(Multibase.decode(text).toStringUtf8()).isEqualTo("hello world");
        });
    }

    @Test
    void multihashesAreReadAndTheDigestsOfTheJdkFit() {
        Map<String, String> algorithms = Map.of("sha1", "SHA-1", "sha2-256", "SHA-256", "sha2-512", "SHA-512");
        int computed = 0;
        for (String line :
                Vectors.text("multihash/test_cases.csv").lines().skip(1).toList()) {
            String[] columns = line.split(",", -1);
            Multihash hash = Multihash.parse(hex(columns[3]));
            assertThat(hash.bytes()).isEqualTo(hex(columns[3]));
            assertThat(hash.digest().size() * 8).isEqualTo(Integer.parseInt(columns[1]));
            if (algorithms.containsKey(columns[0])) {
                ByteString digest = Multihash.digest(algorithms.get(columns[0]), ByteString.copyFromUtf8(columns[2]));
                assertThat(digest.substring(0, hash.digest().size())).isEqualTo(hash.digest());
                computed++;
            }
        }
        assertThat(computed).isGreaterThan(100);
    }

    @Test
    void multiaddrsBetweenTextAndBytes() {
        String json = Vectors.text("multiaddr/multiaddr.json");
        List<String> texts = Vectors.values(json, "string");
        List<String> bytes = Vectors.values(json, "hex");

        assertThat(texts).hasSameSizeAs(bytes).hasSizeGreaterThan(3);
        for (int i = 0; i < texts.size(); i++) {
            if (!isLeftOut(texts.get(i))) {
                assertThat(Multiaddr.parse(texts.get(i)).bytes()).isEqualTo(hex(bytes.get(i)));
                assertThat(Multiaddr.parse(hex(bytes.get(i)))).hasToString(texts.get(i));
            }
        }
    }

    @Test
    void goodMultiaddrsRoundTripThroughBytes() {
        List<String> good = Vectors.list(Vectors.text("multiaddr/multiaddr.json"), "good");

        assertThat(good).hasSizeGreaterThan(50);
        for (String text : good) {
            if (!isLeftOut(text + "/")) {
                Multiaddr address = Multiaddr.parse(text);
                Multiaddr again = Multiaddr.parse(address.bytes());
                assertThat(again).as(text).isEqualTo(address);
                assertThat(Multiaddr.parse(again.toString())).as(text).isEqualTo(address);
            }
        }
    }

    @Test
    void badMultiaddrsAreRefused() {
        List<String> bad = Vectors.list(Vectors.text("multiaddr/multiaddr.json"), "bad");

        assertThat(bad).hasSizeGreaterThan(40);
        assertThat(bad)
                .allSatisfy(text ->
                        assertThatThrownBy(() -> Multiaddr.parse(text)).as(text).isInstanceOf(WireException.class));
    }

    @Test
    void peerIdsInEitherSpelling() {
        String json = Vectors.text("libp2p-peer-id/keys.json");
        List<String> ids = Vectors.list(json, "peerIds");
        List<String> same = Vectors.list(json, "samePeer");

        assertThat(ids).hasSize(3).allSatisfy(id -> {
            PeerId peer = PeerId.parse(id);
            assertThat(PeerId.parse(peer.toString())).isEqualTo(peer);
            assertThat(PeerId.parse(peer.toCid())).isEqualTo(peer);
            assertThat(id).isIn(peer.toString(), peer.toCid());
        });
        assertThat(PeerId.parse(same.get(0))).isEqualTo(PeerId.parse(same.get(1)));
    }

    @Test
    void publicKeysAreReadInTheirOneForm() {
        String json = Vectors.text("libp2p-peer-id/keys.json");
        List<String> names = Vectors.values(json, "key");
        List<String> keys = Vectors.values(json, "hex");
        int checked = 0;
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).contains("public")) {
                PublicKeyBytes key = PublicKeyBytes.parse(hex(keys.get(i)));
                assertThat(key.serialised()).isEqualTo(hex(keys.get(i)));
                boolean inline = keys.get(i).length() / 2 <= PeerId.MAX_INLINE_KEY_BYTES;
                assertThat(key.peerId().toString()).startsWith(inline ? "1" : "Qm");
                checked++;
            }
        }
        assertThat(checked).isGreaterThanOrEqualTo(3);
    }

    @Test
    void theCodesOfAddressesAreThoseOfTheTable() {
        int checked = 0;
        for (String line :
                Vectors.text("multiaddr/protocols.csv").lines().skip(1).toList()) {
            String[] columns = line.split(",", -1);
            Optional<AddressPart> part = AddressPart.byCode(Long.parseLong(columns[0].strip()));
            if (part.isPresent()) {
                String size = columns[1].strip();
                int bytes = size.equals("V") ? -1 : Integer.parseInt(size) / 8;
                assertThat(part.get().valueBytes()).as(line).isEqualTo(bytes);
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(5);
    }

    @Test
    void everyPrefixOfABaseIsInTheTable() {
        List<String> lines =
                Vectors.text("multibase/multibase.csv").lines().skip(1).toList();

        assertThat(Multibase.values()).allSatisfy(base -> {
            String prefix = base.encode(ByteString.EMPTY).substring(0, 1);
            assertThat(lines).anySatisfy(line -> {
                String[] columns = line.split(",", -1);
                assertThat(columns[1].strip()).isEqualTo(prefix);
                assertThat(columns[2].strip()).isEqualToIgnoringCase(base.name());
            });
        });
    }
}

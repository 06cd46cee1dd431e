package beacon.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The published vectors of multibase, multihash, CID and libp2p peer ids. */
class MultiformatsVectorsTest {
    @Test
    void encodesAndDecodesTheMultibaseVectors() throws MalformedText {
        Path folder = Vectors.folder("multibase");

        ByteString plain = ByteString.copyFromUtf8("yes mani !");
        bases(folder.resolve("basic.csv"), plain);
        bases(
                folder.resolve("leading_zero.csv"),
                ByteString.copyFrom(new byte[] {0}).concat(plain));
        for (List<String> row : Vectors.rows(folder.resolve("case_insensitivity.csv"))) {
            if (row.get(0).equals("base32") || row.get(0).equals("base32upper")) {
                assertThat(Base32.decode(row.get(1), 1)).isEqualTo("hello world".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void bases(Path file, ByteString expected) throws MalformedText {
        int found = 0;
        for (List<String> row : Vectors.rows(file)) {
            String text = row.get(1);
            switch (row.get(0)) {
                case "base32" -> {
                    assertThat("b" + Base32.encode(expected)).isEqualTo(text);
                    assertThat(Base32.decode(text, 1)).isEqualTo(expected.toByteArray());
                    found++;
                }
                case "base58btc" -> {
                    assertThat("z" + Base58.encode(expected)).isEqualTo(text);
                    assertThat(Base58.decode(text.substring(1))).isEqualTo(expected.toByteArray());
                    found++;
                }
                default -> {
                    // A base that Beacon does not use.
                }
            }
        }
        assertThat(found).isEqualTo(2);
    }

    @Test
    void readsTheMultihashVectorsInACid() {
        List<List<String>> rows = Vectors.rows(Vectors.folder("multihash").resolve("test_cases.csv"));

        assertThat(rows).hasSizeGreaterThan(100);
        for (List<String> row : rows) {
            byte[] multihash = HexFormat.of().parseHex(row.get(3));
            Cid cid = Cid.of(Varints.encode(1, Cid.RAW).concat(ByteString.copyFrom(multihash)));

            assertThat(cid.multihash().toByteArray()).isEqualTo(multihash);
            assertThat(cid.digest().size() * 8).isEqualTo(Integer.parseInt(row.get(1)));
            assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
        }
    }

    @Test
    void agreesWithTheCidsOfTheDagCborVectors() throws IOException, NoSuchAlgorithmException {
        List<Path> blocks;
        try (Stream<Path> files = Files.walk(Vectors.folder("dag-cbor"))) {
            blocks = files.filter(file -> file.getFileName().toString().startsWith("bafy"))
                    .toList();
        }

        assertThat(blocks).hasSizeGreaterThan(50);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (Path block : blocks) {
            String text = block.getFileName().toString().replace(".dag-cbor", "");
            ByteString digest = ByteString.copyFrom(sha256.digest(Files.readAllBytes(block)));

            assertThat(Cid.parse(text)).hasToString(text);
            if (block.toString().endsWith(".dag-cbor")) {
                assertThat(Cid.sha256(Cid.DAG_CBOR, digest)).hasToString(text);
            }
        }
    }

    @Test
    void readsTheCidsThatTheDagCborVectorsAreNamedFor() throws IOException {
        try (Stream<Path> folders = Files.list(Vectors.folder("dag-cbor"))) {
            List<String> cids = folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> name.matches("cid-[bz].*"))
                    .map(name -> name.substring(4))
                    .toList();

            assertThat(cids).hasSizeGreaterThan(5);
            for (String text : cids) {
                Cid cid = Cid.parse(text);
                assertThat(text.startsWith("b") ? cid.toString() : "z" + Base58.encode(cid.bytes()))
                        .isEqualTo(text);
            }
        }
    }

    @Test
    void readsBothSpellingsOfAPeerId() throws IOException {
        String keys = Files.readString(Vectors.folder("libp2p-peer-id").resolve("keys.json"));
        String hash = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
        String cid = "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe";
        String ed25519 = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
        assertThat(keys).contains(hash, cid, ed25519);

        assertThat(NodeId.parse(cid)).isEqualTo(NodeId.parse(hash)).hasToString(hash);
        assertThat(NodeId.parse(ed25519)).hasToString(ed25519);
        assertThat(NodeId.parse(ed25519).bytes().size()).isEqualTo(38);
    }
}

package beacon.keys.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import beacon.keys.TestEntropy;
import beacon.keys.Vectors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The C2SP test kit: every verdict, and every byte released before it. */
class AgeTestKitTest {
    private static final Set<String> KNOWN =
            Set.of("expect", "payload", "identity", "passphrase", "armored", "file key", "comment", "compressed");

    @TestFactory
    Stream<DynamicTest> agreesWithEveryVerdictOfTheTestKit() throws IOException {
        return cases().map(kit -> DynamicTest.dynamicTest(kit.name, () -> {
            ByteArrayOutputStream released = new ByteArrayOutputStream();

            String verdict = kit.decrypt(released);

            assertThat(verdict).isEqualTo(kit.fields.get("expect"));
            if (kit.fields.containsKey("payload")) {
                assertThat(sha256(released.toByteArray())).isEqualTo(kit.fields.get("payload"));
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> printsEveryGoodHeaderAsItWasRead() throws IOException {
        return good().map(kit -> DynamicTest.dynamicTest(kit.name, () -> {
            byte[] file = kit.binary().readAllBytes();

            byte[] printed = Header.parse(new ByteArrayInputStream(file)).encode();

            assertThat(printed).isEqualTo(Arrays.copyOf(file, printed.length));
        }));
    }

    @TestFactory
    Stream<DynamicTest> sealsEveryGoodPayloadToTheSameBytes() throws IOException {
        return good().filter(kit -> kit.fields.containsKey("file key"))
                .map(kit -> DynamicTest.dynamicTest(kit.name, () -> {
                    InputStream in = kit.binary();
                    Header.parse(in);
                    byte[] nonce = in.readNBytes(PayloadLayout.NONCE_BYTES);
                    byte[] sealed = in.readAllBytes();
                    FileKey fileKey = FileKey.of(Vectors.hex(kit.fields.get("file key")));
                    byte[] plain = new PayloadReader(fileKey, nonce, new ByteArrayInputStream(sealed)).readAllBytes();

                    ByteArrayOutputStream again = new ByteArrayOutputStream();
                    PayloadWriter writer = new PayloadWriter(
                            fileKey, target -> System.arraycopy(nonce, 0, target, 0, target.length), again);
                    writer.write(plain);
                    writer.finish();

                    assertThat(again.toByteArray()).isEqualTo(sealed);
                    assertThat(PayloadLayout.plainBytes(sealed.length)).isEqualTo(plain.length);
                }));
    }

    @TestFactory
    Stream<DynamicTest> opensEveryGoodFileAgainAfterRewrapping() throws IOException {
        return good().map(kit -> DynamicTest.dynamicTest(kit.name, () -> {
            InputStream in = kit.binary();
            X25519Identity other = X25519Identity.generate(new TestEntropy(1));
            FileKey fileKey = Header.parse(in).unwrap(kit.identities());

            Header rewrapped = Header.wrap(fileKey, List.of(other.recipient()), new TestEntropy(2));

            ByteArrayOutputStream file = new ByteArrayOutputStream();
            file.write(rewrapped.encode());
            in.transferTo(file);
            byte[] plain = AgeFile.open(List.of(other), new ByteArrayInputStream(file.toByteArray()))
                    .readAllBytes();
            assertThat(sha256(plain)).isEqualTo(kit.fields.get("payload"));
        }));
    }

    private static Stream<Kit> good() throws IOException {
        return cases().filter(kit -> "success".equals(kit.fields.get("expect")));
    }

    private static Stream<Kit> cases() throws IOException {
        Path folder = Vectors.folder("age");
        try (Stream<Path> files = Files.list(folder)) {
            List<Kit> kits = files.filter(file -> !file.getFileName().toString().endsWith(".md"))
                    .sorted()
                    .map(Kit::read)
                    .filter(kit -> KNOWN.containsAll(kit.fields.keySet()))
                    .toList();
            assertThat(kits).hasSizeGreaterThan(80);
            return kits.stream();
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Kit(String name, Map<String, String> fields, List<String> keys, byte[] file) {
        static Kit read(Path path) {
            try {
                byte[] bytes = Files.readAllBytes(path);
                Map<String, String> fields = new TreeMap<>();
                List<String> keys = new ArrayList<>();
                int start = 0;
                int end = lineEnd(bytes, start);
                while (end > start) {
                    String line = new String(bytes, start, end - start, StandardCharsets.UTF_8);
                    int colon = line.indexOf(": ");
                    fields.put(line.substring(0, colon), line.substring(colon + 2));
                    if (line.startsWith("identity")) {
                        keys.add(line.substring(colon + 2));
                    }
                    start = end + 1;
                    end = lineEnd(bytes, start);
                }
                byte[] file = Arrays.copyOfRange(bytes, end + 1, bytes.length);
                if ("zlib".equals(fields.get("compressed"))) {
                    file = new InflaterInputStream(new ByteArrayInputStream(file)).readAllBytes();
                }
                return new Kit(path.getFileName().toString(), fields, keys, file);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private static int lineEnd(byte[] bytes, int start) {
            int end = start;
            while (bytes[end] != '\n') {
                end++;
            }
            return end;
        }

        InputStream binary() {
            InputStream in = new ByteArrayInputStream(file);
            return "yes".equals(fields.get("armored")) ? new ArmorReader(in) : in;
        }

        List<Identity> identities() {
            List<Identity> identities = new ArrayList<>();
            for (String key : keys) {
                identities.add(
                        key.startsWith("AGE-SECRET-KEY-PQ-") ? HybridIdentity.parse(key) : X25519Identity.parse(key));
            }
            if (fields.containsKey("passphrase")) {
                identities.add(ScryptIdentity.of(fields.get("passphrase").toCharArray()));
            }
            return identities;
        }

        String decrypt(ByteArrayOutputStream released) throws IOException {
            try (PayloadReader reader = AgeFile.open(identities(), binary())) {
                byte[] part = new byte[4096];
                for (int size = reader.read(part); size >= 0; size = reader.read(part)) {
                    released.write(part, 0, size);
                }
                return "success";
            } catch (AgeException.BadHeader refused) {
                return "header failure";
            } catch (AgeException.BadMac refused) {
                return "HMAC failure";
            } catch (AgeException.NoMatch refused) {
                return "no match";
            } catch (AgeException.BadPayload refused) {
                return "payload failure";
            } catch (AgeException.BadArmor refused) {
                return "armor failure";
            } catch (AgeException other) {
                return fail(other);
            }
        }
    }
}

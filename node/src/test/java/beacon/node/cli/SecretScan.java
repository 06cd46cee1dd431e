package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.Canary;
import beacon.keys.custodian.CustodianHome;
import beacon.keys.custody.KeyShare;
import beacon.keys.fragments.Ritual;
import beacon.keys.fragments.StoreSeal;
import beacon.keys.vault.SystemEntropy;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Looks for secrets, in every form in which they might show, in files of any kind and in texts. */
final class SecretScan {
    private static final int WORK_FACTOR = 10;
    private static final int PIECE_BYTES = 1 << 20;
    /** Longer than any form of a canary. */
    private static final int OVERLAP_BYTES = 512;

    private final List<Canary> canaries = new ArrayList<>();
    private final Map<Long, List<Form>> forms = new HashMap<>();
    private final List<String> found = new ArrayList<>();
    private long scannedBytes;

    private SecretScan() {}

    /**
     * Looks for the passphrase of all custodians, their own keys and their shares, which it takes from their stores; no
     * share of the destroyed key is there.
     */
    static SecretScan of(Path directory, int size, ByteString destroyed) throws IOException {
        SecretScan scan = new SecretScan();
        String passphrase = Files.readString(directory.resolve("passphrase")).strip();
        scan.lookFor(Canary.of("passphrase", passphrase));
        StoreSeal seal = StoreSeal.passphrase(passphrase.toCharArray(), WORK_FACTOR);
        int shares = 0;
        for (int number = 1; number <= size; number++) {
            try (CustodianHome home =
                    CustodianHome.open(directory.resolve("home-c" + number), seal, new SystemEntropy())) {
                for (Ritual.Label label : home.fragments().list()) {
                    assertThat(label.keyId()).isNotEqualTo(destroyed);
                    String name = label.id() + " of c" + number;
                    if (Ritual.isOwn(label)) {
                        String own = label.id().substring(label.id().indexOf(':') + 1);
                        scan.lookFor(Canary.of(name, home.fragments().own(own).orElseThrow()));
                    } else {
                        shares += scan.lookForShare(name, home, label.id());
                    }
                }
            }
        }
        assertThat(shares).isPositive();
        assertThat(scan.canaries).hasSizeGreaterThan(2 * size + shares);
        scan.expectToFindWhatIsPlanted();
        return scan;
    }

    private void expectToFindWhatIsPlanted() {
        for (Canary canary : canaries) {
            canary.forms().forEach(form -> scan("planted", "before " + form + " after"));
        }
        assertThat(found)
                .hasSizeGreaterThanOrEqualTo(canaries.stream()
                        .mapToInt(canary -> canary.forms().size())
                        .sum());
        found.clear();
    }

    private int lookForShare(String name, CustodianHome home, String ritualId) {
        Optional<Ritual> found = home.fragments().retrieve(ritualId).ritual();
        if (found.isEmpty()) {
            return 0;
        }
        try (Ritual ritual = found.get();
                KeyShare share = ritual.share()) {
            lookFor(Canary.of(name, share.copyBytes()));
            return 1;
        }
    }

    void lookFor(Canary canary) {
        canaries.add(canary);
        for (String form : canary.forms()) {
            for (String written : new TreeSet<>(List.of(form, form.toUpperCase(Locale.ROOT)))) {
                byte[] bytes = written.getBytes(StandardCharsets.ISO_8859_1);
                long window = ByteBuffer.wrap(bytes).getLong();
                forms.computeIfAbsent(window, unseen -> new ArrayList<>()).add(new Form(canary, bytes));
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // read by its maker only
    private record Form(Canary canary, byte[] bytes) {}

    /** All files below a directory that are not among those excepted. */
    void scan(Path directory, List<Path> except) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (except.stream().noneMatch(file::startsWith)) {
                    scan(file);
                }
            }
        }
    }

    private void scan(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] tail = new byte[0];
            for (byte[] piece = in.readNBytes(PIECE_BYTES); piece.length > 0; piece = in.readNBytes(PIECE_BYTES)) {
                scannedBytes += piece.length;
                if (!isEmpty(piece)) {
                    byte[] whole = Arrays.copyOf(tail, tail.length + piece.length);
                    System.arraycopy(piece, 0, whole, tail.length, piece.length);
                    scan(file.toString(), whole);
                }
                tail = Arrays.copyOfRange(piece, Math.max(0, piece.length - OVERLAP_BYTES), piece.length);
            }
        }
    }

    /** Journals reserve room that is all zeros. */
    private static boolean isEmpty(byte[] piece) {
        for (byte value : piece) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    void scan(String where, String text) {
        scan(where, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Looks up each eight bytes among the beginnings of all forms: one pass, however many there are. */
    private void scan(String where, byte[] bytes) {
        long window = 0;
        for (int end = 0; end < bytes.length; end++) {
            window = window << Byte.SIZE | Byte.toUnsignedLong(bytes[end]);
            for (Form form : forms.getOrDefault(window, List.of())) {
                int from = end + 1 - Long.BYTES;
                int to = from + form.bytes().length;
                if (from >= 0 && to <= bytes.length && Arrays.equals(bytes, from, to, form.bytes(), 0, to - from)) {
                    found.add(form.canary() + " in " + where);
                }
            }
        }
    }

    void assertNothingWasFound() {
        assertThat(scannedBytes).isGreaterThan(PIECE_BYTES);
        assertThat(canaries).isNotEmpty();
        assertThat(found).isEmpty();
    }
}

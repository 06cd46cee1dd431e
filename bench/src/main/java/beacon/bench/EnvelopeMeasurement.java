package beacon.bench;

import beacon.keys.Entropy;
import beacon.keys.envelope.AgeFile;
import beacon.keys.envelope.PayloadReader;
import beacon.keys.envelope.PayloadWriter;
import beacon.keys.envelope.X25519Identity;
import beacon.model.blake3.Blake3;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sealing and opening of one large artifact, in memory beside the JDK's cipher alone and from file to nowhere beside the
 * {@code age} command; all in alternation.
 */
final class EnvelopeMeasurement {
    private static final int SIZE_BYTES = 256 << 20;
    private static final int QUICK_SIZE_BYTES = 16 << 20;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 128 << 10;
    private static final double CIPHER_GOAL = 0.8;
    private static final double BLAKE3_GOAL = 500;

    /** From here on the JDK's cipher is faster than age, so that we should be, too. */
    private static final int FAST_CIPHER_JDK = 25;

    private final Path directory;
    private final Settings settings;
    private final Progress progress;
    private final Entropy entropy;
    private final X25519Identity identity;
    private final int size;
    private final byte[] piece;
    private final CipherBaseline cipher;

    EnvelopeMeasurement(Path directory, Settings settings, boolean quick, Progress progress, Entropy entropy) {
        this.directory = directory;
        this.settings = settings;
        this.progress = progress;
        this.entropy = entropy;
        this.identity = X25519Identity.generate(entropy);
        this.size = quick ? QUICK_SIZE_BYTES : SIZE_BYTES;
        this.piece = entropy.bytes(PIECE_BYTES);
        this.cipher = new CipherBaseline(piece);
    }

    int sizeBytes() {
        return size;
    }

    List<Result> run() throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream(size + (size >> 8));
        seal(sealed);
        byte[] file = sealed.toByteArray();
        List<Result> results = new ArrayList<>();
        results.add(besideCipher("seal", () -> seal(OutputStream.nullOutputStream()), () -> cipher.encrypt(size)));
        results.add(besideCipher("open", () -> open(new ByteArrayInputStream(file)), () -> cipher.decrypt(size)));
        results.addAll(besideAge(file));
        results.add(blake3());
        return results;
    }

    private Result besideCipher(String name, Stopwatch.Work ours, Stopwatch.Work jdk) {
        List<Double> rates = new ArrayList<>();
        List<Double> baseline = new ArrayList<>();
        for (int run = -1; run <= settings.runs(); run++) {
            double jdkRate = rate(Stopwatch.cpuSeconds(jdk));
            double rate = rate(Stopwatch.cpuSeconds(ours));
            if (run > 0) {
                baseline.add(jdkRate);
                rates.add(rate);
                progress.say("%s, run %d: %.0f MB/s, the cipher alone %.0f".formatted(name, run, rate, jdkRate));
            }
        }
        return Result.against(
                name,
                Unit.MEGABYTES_PER_SECOND,
                rates,
                Result.Baseline.of("JDK ChaCha20-Poly1305", baseline),
                CIPHER_GOAL);
    }

    private List<Result> besideAge(byte[] file) throws IOException {
        Optional<String> version = AgeCommand.installedVersion();
        if (version.isEmpty()) {
            progress.say("age is not installed: baseline is null");
        }
        Path plain = directory.resolve("plain");
        try (OutputStream out = Files.newOutputStream(plain)) {
            writePieces(out);
        }
        Path sealed = Files.write(directory.resolve("sealed.age"), file);
        Path key = Files.writeString(directory.resolve("identity"), identity.exportText() + "\n");
        String recipient = identity.recipient().toString();
        return List.of(
                beside("seal_file", version, () -> sealFile(plain), () -> AgeCommand.encrypt(plain, recipient)),
                beside("open_file", version, () -> openFile(sealed), () -> AgeCommand.decrypt(sealed, key)));
    }

    private Result beside(String name, Optional<String> age, Stopwatch.Work ours, Stopwatch.Work theirs) {
        List<Double> rates = new ArrayList<>();
        List<Double> peer = new ArrayList<>();
        for (int run = 0; run <= settings.runs(); run++) {
            double peerRate = age.isPresent() ? rate(Stopwatch.seconds(theirs)) : 0;
            double rate = rate(Stopwatch.seconds(ours));
            if (run > 0) {
                peer.add(peerRate);
                rates.add(rate);
                progress.say("%s, run %d: %.0f MB/s, age %.0f".formatted(name, run, rate, peerRate));
            }
        }
        Result.Baseline baseline =
                age.map(version -> Result.Baseline.of("age " + version, peer)).orElse(null);
        Double goal = Runtime.version().feature() >= FAST_CIPHER_JDK ? Double.valueOf(1.0) : null;
        return Result.against(name, Unit.MEGABYTES_PER_SECOND, rates, baseline, goal);
    }

    private Result blake3() {
        List<Double> rates = new ArrayList<>();
        for (int run = -1; run <= settings.runs(); run++) {
            double rate = rate(Stopwatch.cpuSeconds(() -> {
                Blake3 hasher = Blake3.hasher();
                for (int done = 0; done < size; done += PIECE_BYTES) {
                    hasher.update(piece);
                }
                hasher.digest();
            }));
            if (run > 0) {
                rates.add(rate);
                progress.say("blake3, run %d: %.0f MB/s".formatted(run, rate));
            }
        }
        return Result.within("blake3", Unit.MEGABYTES_PER_SECOND, rates, BLAKE3_GOAL);
    }

    private void sealFile(Path plain) throws IOException {
        try (InputStream in = new FileInputStream(plain.toFile());
                PayloadWriter writer =
                        AgeFile.seal(List.of(identity.recipient()), entropy, new FileOutputStream("/dev/null"))) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                writer.write(buffer, 0, read);
            }
            writer.finish();
        }
    }

    private void openFile(Path sealed) throws IOException {
        try (InputStream in = new BufferedInputStream(new FileInputStream(sealed.toFile()), BUFFER_BYTES)) {
            open(in);
        }
    }

    private void seal(OutputStream out) throws IOException {
        try (PayloadWriter writer = AgeFile.seal(List.of(identity.recipient()), entropy, out)) {
            writePieces(writer);
            writer.finish();
        }
    }

    private void writePieces(OutputStream out) throws IOException {
        for (int done = 0; done < size; done += PIECE_BYTES) {
            out.write(piece);
        }
    }

    private void open(InputStream in) throws IOException {
        long opened = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (PayloadReader reader = AgeFile.open(List.of(identity), in)) {
            for (int read = reader.read(buffer); read >= 0; read = reader.read(buffer)) {
                opened += read;
            }
        }
        if (opened != size) {
            throw new BenchException("expected " + size + " bytes, but found " + opened);
        }
    }

    private double rate(double seconds) {
        return size / seconds / 1e6;
    }
}

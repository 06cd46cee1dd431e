package beacon.node.put;

import beacon.dht.artifact.Coding;
import beacon.keys.Entropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.PayloadLayout;
import beacon.node.artifacts.StripeLog;
import beacon.node.tree.SourceChangedException;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a put until it ends, so that the same command goes on with it: a line of JSON with what the sealed
 * bytes and their places follow from, and for each stripe that may have left this machine a digest. The same source then
 * gives the same blocks, which nodes that have them do not take again. A stripe whose digest differs never leaves: the
 * source changed, and one key never seals two things at one place. Belongs to one thread.
 *
 * <p>No key is in the file. The artifact's key is derived from the salt in it and the private key of whoever puts; without
 * the salt, which goes with the file, it cannot be made again.
 */
public final class PutState implements StripeLog, AutoCloseable {
    private static final int VERSION = 1;
    private static final int SALT_BYTES = 32;
    private static final int DIGEST_BYTES = 32;
    private static final int MAX_LINE_BYTES = 1 << 16;
    private static final Set<String> FIELDS = Set.of("version", "salt", "nonce", "seed", "coding", "cell", "revision");
    private static final String KEY_USE = "beacon/put/v1/file-key";

    private final Path file;
    private final Terms terms;
    private final boolean found;
    private @Nullable FileChannel channel;
    private final long stripesKnown;
    private boolean kept;
    private long stripe;
    private long resumedBytes;

    /** Makes secrets that nobody else can make; the caller wipes them. */
    public interface SecretMaker {
        byte[] derive(byte[] salt, String use, int sizeBytes);
    }

    /**
     * What a put is made of, and stays with.
     *
     * @param salt of its key
     * @param nonce of its payload
     * @param seed of its places
     * @param revision of the name when it began
     */
    public record Terms(
            ByteString salt, ByteString nonce, ByteString seed, Coding coding, int cellBytes, long revision) {
        /** Of a put that begins. */
        public static Terms fresh(Entropy entropy, Coding coding, int cellBytes, long revision) {
            return new Terms(
                    ByteString.copyFrom(entropy.bytes(SALT_BYTES)),
                    ByteString.copyFrom(entropy.bytes(PayloadLayout.NONCE_BYTES)),
                    ByteString.copyFrom(entropy.bytes(PayloadLayout.NONCE_BYTES)),
                    coding,
                    cellBytes,
                    revision);
        }

        /** The key of the artifact. */
        public FileKey fileKey(SecretMaker secrets) {
            byte[] key = secrets.derive(salt.toByteArray(), KEY_USE, FileKey.BYTES);
            try {
                return FileKey.of(key);
            } finally {
                Arrays.fill(key, (byte) 0);
            }
        }
    }

    private PutState(Path file, Terms terms, boolean found, @Nullable FileChannel channel, long stripesKnown) {
        this.file = file;
        this.terms = terms;
        this.found = found;
        this.channel = channel;
        this.stripesKnown = stripesKnown;
        this.kept = found;
    }

    /** A put that begins; its file is made when the first stripe is about to leave. */
    static PutState begin(Path file, Terms terms) {
        return new PutState(file, terms, false, null, 0);
    }

    /**
     * A put that was left.
     *
     * @return empty when there is none, or none of a form that is known
     * @throws InUseException when another process has it
     */
    static Optional<PutState> find(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel, file);
            ByteBuffer start = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_LINE_BYTES));
            while (start.hasRemaining() && channel.read(start, start.position()) >= 0) {
                // Until all of it is read.
            }
            String text = new String(start.array(), 0, start.position(), StandardCharsets.ISO_8859_1);
            int line = text.indexOf('\n');
            Optional<Terms> terms = line < 0 ? Optional.empty() : terms(text.substring(0, line));
            if (terms.isEmpty()) {
                channel.close();
                return Optional.empty();
            }
            long begin = line + 1L;
            // A digest that is not whole was not yet waited for: its stripe has not left.
            long known = (channel.size() - begin) / DIGEST_BYTES;
            channel.truncate(begin + known * DIGEST_BYTES);
            channel.position(begin);
            return Optional.of(new PutState(file, terms.get(), true, channel, known));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        boolean free;
        try {
            free = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            free = false;
        }
        if (!free) {
            throw new InUseException(file);
        }
    }

    private static Optional<Terms> terms(String line) {
        try {
            JsonObject json = JsonParser.parseString(line).getAsJsonObject();
            if (!json.keySet().equals(FIELDS) || json.get("version").getAsInt() != VERSION) {
                return Optional.empty();
            }
            return Optional.of(new Terms(
                    hex(json, "salt"),
                    hex(json, "nonce"),
                    hex(json, "seed"),
                    Coding.parse(json.get("coding").getAsString()),
                    json.get("cell").getAsInt(),
                    json.get("revision").getAsLong()));
        } catch (JsonParseException | IllegalStateException | IllegalArgumentException e) {
            // Of another version, or damaged: as good as none.
            return Optional.empty();
        }
    }

    private static ByteString hex(JsonObject json, String name) {
        return ByteString.copyFrom(HexFormat.of().parseHex(json.get(name).getAsString()));
    }

    public Terms terms() {
        return terms;
    }

    /** Whether it goes on with an earlier one. */
    public boolean isResumed() {
        return found;
    }

    /** Whether there is something to go on with now. */
    public boolean isKept() {
        return kept;
    }

    /** Bytes of blocks that an earlier one may have sent and that came out the same now. */
    public long resumedBytes() {
        return resumedBytes;
    }

    @Override
    public void sending(ByteString digest, long bytes, boolean only) {
        if (only && !found) {
            // Sent again sooner than remembered.
            return;
        }
        try {
            FileChannel open = channel;
            if (open == null) {
                open = create();
                channel = open;
            }
            if (stripe++ < stripesKnown) {
                ByteBuffer known = ByteBuffer.allocate(DIGEST_BYTES);
                while (known.hasRemaining() && open.read(known) >= 0) {
                    // Until all of it is read.
                }
                if (!ByteString.copyFrom(known.array()).equals(digest)) {
                    throw new SourceChangedException("expected what was put before, but found other bytes");
                }
                resumedBytes += bytes;
                return;
            }
            ByteBuffer more = digest.asReadOnlyByteBuffer();
            while (more.hasRemaining()) {
                open.write(more);
            }
            open.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileChannel create() throws IOException {
        JsonObject json = new JsonObject();
        HexFormat hex = HexFormat.of();
        json.addProperty("version", VERSION);
        json.addProperty("salt", hex.formatHex(terms.salt().toByteArray()));
        json.addProperty("nonce", hex.formatHex(terms.nonce().toByteArray()));
        json.addProperty("seed", hex.formatHex(terms.seed().toByteArray()));
        json.addProperty("coding", terms.coding().toString());
        json.addProperty("cell", terms.cellBytes());
        json.addProperty("revision", terms.revision());
        FileChannel created;
        try {
            created = FileChannel.open(
                    file,
                    EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new InUseException(file);
        }
        try {
            kept = true;
            lock(created, file);
            ByteBuffer line = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.ISO_8859_1));
            while (line.hasRemaining()) {
                created.write(line);
            }
            created.force(true);
            try (FileChannel directory =
                    FileChannel.open(PutStates.directoryOf(file), Set.of(StandardOpenOption.READ))) {
                directory.force(true);
            }
            return created;
        } catch (IOException | RuntimeException e) {
            created.close();
            throw e;
        }
    }

    /** Nothing goes on with this put: it ended, or what it put has changed. */
    public void remove() throws IOException {
        Files.deleteIfExists(file);
        kept = false;
        close();
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    /** Another process puts the same at the moment. */
    public static final class InUseException extends IOException {
        private static final long serialVersionUID = 1L;

        InUseException(Path file) {
            super("expected no other put of the same under the same name, but found one that has " + file);
        }
    }
}

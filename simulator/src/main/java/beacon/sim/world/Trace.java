package beacon.sim.world;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What happened, line by line, and a hash over all of it: two runs with the same hash did the same. */
public final class Trace {
    private static final int KEPT = 200;

    private final MessageDigest digest;
    private final Deque<String> latest = new ArrayDeque<>();
    private Consumer<String> listener = line -> {};

    Trace() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Shows every further line to somebody, as well. */
    public void listen(Consumer<String> to) {
        listener = to;
    }

    void add(long micros, String line) {
        String whole = time(micros) + " " + line;
        digest.update(whole.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        latest.addLast(whole);
        if (latest.size() > KEPT) {
            latest.removeFirst();
        }
        listener.accept(whole);
    }

    /** Days, hours, minutes, seconds and milliseconds since the world began. */
    public static String time(long micros) {
        long millis = micros / 1_000;
        long seconds = millis / 1_000;
        return String.format(
                Locale.ROOT,
                "%dd%02d:%02d:%02d.%03d",
                seconds / 86_400,
                seconds / 3_600 % 24,
                seconds / 60 % 60,
                seconds % 60,
                millis % 1_000);
    }

    /** The newest lines, the oldest of them first. */
    public List<String> latest() {
        return List.copyOf(latest);
    }

    /** SHA-256 over all lines so far, in hexadecimal. */
    public String hash() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("expected a SHA-256 that can be copied, but found one that cannot", e);
        }
    }
}

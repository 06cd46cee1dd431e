package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Messages of multistream-select 1.0: a varint length, text, and a newline that the length counts. A reader collects
 * one message at a time and never more than {@link #MAX_BYTES}.
 */
public final class Multistream {
    public static final String HEADER = "/multistream/1.0.0";
    public static final String NOT_AVAILABLE = "na";

    /** Longest message. */
    public static final int MAX_BYTES = 1024;

    private Multistream() {}

    /** One message. */
    public static ByteString encode(String text) {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "expected a protocol of at most %d bytes, but found %d".formatted(MAX_BYTES - 1, bytes.length - 1));
        }
        return ByteString.copyFrom(Varint.encode(bytes.length)).concat(ByteString.copyFrom(bytes));
    }

    /** Collects messages from bytes as they come. */
    public static final class Reader {
        private final Varint.Reader length = new Varint.Reader(2);
        private byte[] message = new byte[0];
        private boolean lengthKnown;
        private int filled;

        /**
         * Takes one byte.
         *
         * @return the message that this byte completes
         * @throws WireException when a message is too long, empty or without newline
         */
        public Optional<String> accept(byte next) {
            if (!lengthKnown) {
                if (length.accept(next)) {
                    start();
                }
                return Optional.empty();
            }
            message[filled++] = next;
            if (filled < message.length) {
                return Optional.empty();
            }
            if (next != '\n') {
                throw new WireException("expected a newline at the end of a message, but found " + next);
            }
            length.reset();
            lengthKnown = false;
            return Optional.of(new String(message, 0, filled - 1, StandardCharsets.UTF_8));
        }

        private void start() {
            if (length.value() < 1 || length.value() > MAX_BYTES) {
                throw new WireException(
                        "expected a message of 1 to %d bytes, but found %d".formatted(MAX_BYTES, length.value()));
            }
            message = new byte[(int) length.value()];
            filled = 0;
            lengthKnown = true;
        }
    }
}

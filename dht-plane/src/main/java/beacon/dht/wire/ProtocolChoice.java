package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One side of a multistream-select negotiation as a step function: bytes in, replies and at last the chosen protocol
 * out. Bytes after the one that completes it belong to the protocol.
 */
public abstract class ProtocolChoice {
    /** Proposals that are answered before the other side is given up. */
    public static final int MAX_PROPOSALS = 16;

    private final Multistream.Reader reader = new Multistream.Reader();
    private boolean headerSeen;

    /** What one byte led to. */
    public record Step(ByteString reply, Optional<String> chosen) {
        private static final Step NOTHING = new Step(ByteString.EMPTY, Optional.empty());
    }

    private ProtocolChoice() {}

    /** What is sent first. */
    public abstract ByteString opening();

    abstract Step take(String message);

    /**
     * Takes the next byte.
     *
     * @throws WireException when the other side breaks the rules or serves none of the protocols
     */
    public Step accept(byte next) {
        Optional<String> message = reader.accept(next);
        if (message.isEmpty()) {
            return Step.NOTHING;
        }
        if (!headerSeen) {
            if (!message.get().equals(Multistream.HEADER)) {
                throw new WireException("expected %s, but found another header".formatted(Multistream.HEADER));
            }
            headerSeen = true;
            return Step.NOTHING;
        }
        return take(message.get());
    }

    /** The side that proposes; the first proposal goes out with the header. */
    public static ProtocolChoice proposing(List<String> wanted) {
        return new Proposing(wanted);
    }

    /** The side that answers. */
    public static ProtocolChoice answering(Predicate<String> serves) {
        return new Answering(serves);
    }

    /** None of the proposed protocols is served. */
    public static final class NoneServed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoneServed(List<String> wanted) {
            super("expected one of %s to be served, but found none".formatted(wanted));
        }
    }

    private static final class Proposing extends ProtocolChoice {
        private final List<String> wanted;
        private final Iterator<String> proposals;
        private String proposed;

        Proposing(List<String> wanted) {
            if (wanted.isEmpty()) {
                throw new IllegalArgumentException("expected a protocol to propose, but found none");
            }
            this.wanted = List.copyOf(wanted);
            this.proposals = this.wanted.iterator();
            this.proposed = proposals.next();
        }

        @Override
        public ByteString opening() {
            return Multistream.encode(Multistream.HEADER).concat(Multistream.encode(proposed));
        }

        @Override
        Step take(String message) {
            if (message.equals(proposed)) {
                return new Step(ByteString.EMPTY, Optional.of(proposed));
            }
            if (!message.equals(Multistream.NOT_AVAILABLE)) {
                throw new WireException("expected the proposed protocol or na, but found another answer");
            }
            if (!proposals.hasNext()) {
                throw new NoneServed(wanted);
            }
            proposed = proposals.next();
            return new Step(Multistream.encode(proposed), Optional.empty());
        }
    }

    private static final class Answering extends ProtocolChoice {
        private final Predicate<String> serves;
        private int proposals;

        Answering(Predicate<String> serves) {
            this.serves = serves;
        }

        @Override
        public ByteString opening() {
            return Multistream.encode(Multistream.HEADER);
        }

        @Override
        Step take(String message) {
            if (serves.test(message)) {
                return new Step(Multistream.encode(message), Optional.of(message));
            }
            if (++proposals >= MAX_PROPOSALS) {
                throw new WireException("expected at most %d proposals, but found more".formatted(MAX_PROPOSALS));
            }
            return new Step(Multistream.encode(Multistream.NOT_AVAILABLE), Optional.empty());
        }
    }
}

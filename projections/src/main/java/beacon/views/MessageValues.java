package beacon.views;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Values of a view that are messages of one type.
 *
 * @param parser of the type
 * @param noun what such a message is, for people
 */
public record MessageValues<T extends MessageLite>(Parser<T> parser, String noun) {
    /** The message under a key, if there is one. */
    public Optional<T> find(StateReader state, byte[] key) {
        return Optional.ofNullable(state.get(key)).map(this::decode);
    }

    /** The first messages in a range of keys, from inclusive, to exclusive. */
    public List<T> list(StateReader state, byte[] from, byte[] to, int atMost) {
        return list(state, from, to, atMost, message -> true);
    }

    /** The first messages in a range of keys that are wanted. */
    public List<T> list(StateReader state, byte[] from, byte[] to, int atMost, Predicate<T> wanted) {
        List<T> found = new ArrayList<>();
        if (atMost > 0) {
            state.scan(from, to, (key, value) -> {
                T message = decode(value);
                if (wanted.test(message)) {
                    found.add(message);
                }
                return found.size() < atMost;
            });
        }
        return found;
    }

    private T decode(byte[] value) {
        try {
            return parser.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new ViewException(
                    "expected %s, but found damaged bytes; remove the projections' directory, and they are made again from the log"
                            .formatted(noun),
                    e);
        }
    }
}

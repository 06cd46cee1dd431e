package beacon.views;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    /** The messages under many keys, in the order of these, which all have one. */
    public List<T> all(StateReader state, List<byte[]> keys) {
        return state.getAll(keys).stream()
                .map(value -> decode(Objects.requireNonNull(value, noun)))
                .toList();
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

    /** Shows the messages in a range of keys, while the visitor answers true. */
    public void scan(StateReader state, byte[] from, byte[] to, Predicate<T> visitor) {
        state.scan(from, to, (key, value) -> visitor.test(decode(value)));
    }

    /** The message in a value. */
    public T decode(byte[] value) {
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

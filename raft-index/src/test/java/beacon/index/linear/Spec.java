package beacon.index.linear;

import java.util.Optional;

/**
 * What an object does when nothing happens at the same time.
 *
 * @param <S> its state, a value with equals and hashCode
 * @param <C> a call together with the answer that the client got
 */
public interface Spec<S, C> {
    S initial();

    /**
     * The state after the call took effect; empty when its answer is impossible in this state. A call without an answer
     * is possible in every state in which it could have taken effect.
     */
    Optional<S> step(S state, C call);
}

package beacon.sim.custody;

import java.util.Optional;

/**
 * What a call came to: a value, or why there is none.
 *
 * @param again asked anew, the answer may be another one at once
 */
record Reply<T>(Optional<T> value, String problem, boolean again) {
    static <T> Reply<T> of(T value) {
        return new Reply<>(Optional.of(value), "", false);
    }

    static <T> Reply<T> none(String problem, boolean again) {
        return new Reply<>(Optional.empty(), problem, again);
    }
}

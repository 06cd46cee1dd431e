package beacon.index.linear;

import java.util.Optional;
import java.util.OptionalLong;

/** One address: appends make revisions 1, 2, 3, …, optionally only when the address has an expected revision. */
public final class RevisionRegister implements Spec<RevisionRegister.State, RegisterCall> {
    /** The newest revision and its value. */
    public record State(long revision, String value) {}

    @Override
    public State initial() {
        return new State(0, "");
    }

    @Override
    public Optional<State> step(State state, RegisterCall call) {
        if (call instanceof RegisterCall.Appended appended) {
            boolean fits =
                    appended.revision() == state.revision + 1 && expects(appended.expectedRevision(), state.revision);
            return fits ? Optional.of(next(state, appended.value())) : Optional.empty();
        }
        if (call instanceof RegisterCall.FoundStale stale) {
            boolean fits = stale.currentRevision() == state.revision && stale.expectedRevision() != state.revision;
            return fits ? Optional.of(state) : Optional.empty();
        }
        if (call instanceof RegisterCall.AppendUnknown unknown) {
            // Where the expectation does not hold the append changed nothing, which is the same as never.
            boolean fits = expects(unknown.expectedRevision(), state.revision);
            return fits ? Optional.of(next(state, unknown.value())) : Optional.empty();
        }
        RegisterCall.Read read = (RegisterCall.Read) call;
        boolean fits = read.revision() == state.revision && read.value().equals(state.value);
        return fits ? Optional.of(state) : Optional.empty();
    }

    private static boolean expects(OptionalLong expected, long revision) {
        return expected.isEmpty() || expected.getAsLong() == revision;
    }

    private static State next(State state, String value) {
        return new State(state.revision + 1, value);
    }
}

package beacon.dht;

import java.util.concurrent.CompletionException;

/** Small help with stages. */
public final class Stages {
    private Stages() {}

    /** What a stage failed with, without the wrapping that dependent stages add. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}

package beacon.node.cli;

import beacon.keys.client.CustodyException;
import beacon.keys.custodian.CustodianException;
import beacon.keys.envelope.AgeException;
import beacon.keys.fragments.FragmentStoreException;
import beacon.keys.records.BadRecordException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can go wrong with keys, as one line for a person. */
final class CustodyFailures {
    private CustodyFailures() {}

    /** Empty when the error is not one of the key plane. */
    static Optional<Failure> of(Throwable error) {
        if (error instanceof CustodyException.NotEnough) {
            return failure("CUSTODIANS_MISSING", error, "see who serves with: beacon key status");
        }
        if (error instanceof CustodyException || error instanceof BadRecordException) {
            return failure("CUSTODY", error, null);
        }
        if (error instanceof AgeException) {
            return failure("NOT_OPENED", error, null);
        }
        if (error instanceof CustodianException || error instanceof FragmentStoreException) {
            return failure("CUSTODIAN", error, null);
        }
        return Optional.empty();
    }

    private static Optional<Failure> failure(String reason, Throwable error, @Nullable String advice) {
        @Nullable Throwable cause = error.getCause();
        String why = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return Optional.of(new Failure(reason, error.getMessage() + why, advice, error));
    }
}

package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.keys.Entropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.PayloadWriter;
import beacon.keys.envelope.Recipient;
import beacon.keys.vault.SystemEntropy;
import beacon.model.Address;
import beacon.model.Reason;
import beacon.node.artifacts.CodingChoice;
import beacon.node.artifacts.FleetClient;
import beacon.node.artifacts.FleetNode;
import beacon.node.artifacts.PayloadPlacer;
import beacon.node.artifacts.Publication;
import beacon.node.artifacts.StripeLog;
import beacon.node.introduction.Credentials;
import beacon.node.put.PutSource;
import beacon.node.put.PutState;
import beacon.node.put.PutStates;
import beacon.node.tree.SourceChangedException;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.Pointer;
import beacon.proto.v1.ResolveRequest;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** One put from its source to the log, or the rest of one that was left. */
final class Putting {
    private static final String STATES_DIRECTORY = "puts";

    private final Session session;
    private final BeaconClient client;
    private final FleetClient peers;
    private final ExecutorService workers;
    private final SystemEntropy entropy = new SystemEntropy();
    private final Wish wish;

    /**
     * What is to be done.
     *
     * @param choice how it is coded, unless it is the rest of another one
     * @param how options on which the blocks depend
     * @param expectedRevision null: that of when it began
     * @param keyId of the organisation's key among the recipients
     */
    record Wish(
            PutSource source,
            Address address,
            List<FleetNode> nodes,
            CodingChoice choice,
            String how,
            @Nullable Long expectedRevision,
            List<Recipient> recipients,
            ByteString keyId) {}

    /** What became of it. */
    record Done(PayloadPlacer.Placed placed, long plainBytes, long resumedBytes, long revision, long sequence) {}

    Putting(Session session, BeaconClient client, FleetClient peers, ExecutorService workers, Wish wish) {
        this.session = session;
        this.client = client;
        this.peers = peers;
        this.workers = workers;
        this.wish = wish;
    }

    Done run() throws IOException {
        Optional<Path> place = wish.source().place();
        PutState.Terms fresh = PutState.Terms.fresh(
                entropy, wish.choice().coding(), wish.choice().cellBytes(), revisionOf(wish.address()));
        if (place.isEmpty()) {
            return attempt(fresh, StripeLog.NONE);
        }
        PutStates states =
                new PutStates(Profile.tlsDirectory(session.options(), session.environment(), session.directory())
                        .resolve(STATES_DIRECTORY));
        String address = wish.address().toString();
        Optional<PutState> left =
                states.find(place.get(), address, wish.how(), session.clock().instant());
        if (left.isPresent()) {
            try {
                note("going on with the put of the same that was left");
                return attempt(left.get());
            } catch (ChangedSinceException e) {
                note("SOURCE_CHANGED: " + e.getMessage() + "; beginning anew");
            }
        }
        PutState begun;
        try {
            begun = states.begin(place.get(), address, wish.how(), fresh);
        } catch (IOException e) {
            note("this put cannot be continued when it is interrupted: " + e);
            return attempt(fresh, StripeLog.NONE);
        }
        return attempt(begun);
    }

    private void note(String text) {
        session.console().err().println("beacon: " + text);
    }

    /** What was read is not what an earlier put read. */
    private static final class ChangedSinceException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ChangedSinceException(SourceChangedException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private Done attempt(PutState state) throws IOException {
        boolean ended = false;
        try (state) {
            Done done = attempt(state.terms(), state);
            ended = true;
            state.remove();
            return new Done(done.placed(), done.plainBytes(), state.resumedBytes(), done.revision(), done.sequence());
        } catch (SourceChangedException e) {
            ended = true;
            state.remove();
            throw e;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof SourceChangedException changed) {
                ended = true;
                state.remove();
                throw new ChangedSinceException(changed);
            }
            throw e.getCause();
        } finally {
            if (!ended && state.isKept()) {
                note("what was placed is remembered: the same command goes on from there");
            }
        }
    }

    private Done attempt(PutState.Terms terms, StripeLog log) throws IOException {
        Credentials credentials =
                Credentials.read(Profile.tls(session.options(), session.environment(), session.directory()));
        try (FileKey fileKey = terms.fileKey(credentials::derive)) {
            Header header = Header.wrap(fileKey, wish.recipients(), entropy);
            Counted counted = new Counted();
            PayloadPlacer.Placed placed = place(terms, log, fileKey, counted);
            long revision = wish.expectedRevision() == null ? terms.revision() : wish.expectedRevision();
            return publish(placed, header, revision, counted.bytes);
        }
    }

    private PayloadPlacer.Placed place(PutState.Terms terms, StripeLog log, FileKey fileKey, Counted counted)
            throws IOException {
        Progress progress = new Progress(session.console(), "storing");
        long total = wish.source().sizeBytes();
        String of = total < 0 ? "" : " of " + (total >> 20);
        PayloadPlacer.Settings settings = new PayloadPlacer.Settings(
                wish.nodes(),
                terms.coding(),
                terms.cellBytes(),
                terms.seed(),
                workers,
                bytes -> progress.at((bytes >> 20) + of + " MiB"
                        + (log instanceof PutState state && state.resumedBytes() > 0 ? ", some of it before" : "")),
                log);
        Entropy nonce = target -> terms.nonce().copyTo(target, 0);
        try (PayloadPlacer placer = new PayloadPlacer(peers, settings)) {
            PayloadWriter writing = new PayloadWriter(fileKey, nonce, placer);
            counted.target = writing;
            wish.source().copyTo(counted);
            writing.finish();
            return placer.finish(writing.nonce(), wish.source().content());
        } finally {
            progress.end();
        }
    }

    /** Counts the plaintext. */
    private static final class Counted extends OutputStream {
        private OutputStream target = OutputStream.nullOutputStream();
        private long bytes;

        @Override
        public void write(int b) throws IOException {
            target.write(b);
            bytes++;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            target.write(source, offset, length);
            bytes += length;
        }
    }

    private Done publish(PayloadPlacer.Placed placed, Header header, long revision, long plainBytes) {
        try {
            Accepted accepted =
                    Publication.append(client, wish.address(), revision, placed.pin(), header, wish.keyId());
            return new Done(
                    placed,
                    plainBytes,
                    0,
                    accepted.getRevisions(accepted.getRevisionsCount() - 1),
                    accepted.getFirstSequence() + accepted.getCount() - 1);
        } catch (ClientException e) {
            if (e.refusal().reason() != Reason.STALE_REVISION) {
                throw e;
            }
            // An earlier run may have ended between the append and its answer.
            Optional<Pointer> now = pointer(wish.address())
                    .filter(pointer ->
                            pointer.getCid().equals(placed.pin().manifest().bytes()));
            if (now.isPresent()) {
                return new Done(
                        placed,
                        plainBytes,
                        0,
                        now.get().getRevision(),
                        now.get().getSequence());
            }
            throw taken(revision, e.refusal().currentRevision(), e);
        }
    }

    private Failure taken(long expected, long found, ClientException cause) {
        return new Failure(
                "STALE_REVISION",
                "expected %s at revision %d, but found revision %d; it is as it was, and nothing of this put shows"
                        .formatted(wish.address(), expected, found),
                "see who: beacon history ADDRESS; to put over it: the same command with --if-revision " + found,
                cause);
    }

    /** How many revisions the address has now; 0 when there is none. */
    private long revisionOf(Address address) {
        try {
            return resolve(address).getRevision();
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.UNKNOWN_ADDRESS) {
                return e.refusal().currentRevision();
            }
            throw e;
        }
    }

    private Optional<Pointer> pointer(Address address) {
        try {
            return Optional.of(resolve(address));
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.UNKNOWN_ADDRESS) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Pointer resolve(Address address) {
        return BeaconClient.await(client.resolve(ResolveRequest.newBuilder()
                        .setAddress(address.toString())
                        .build()))
                .getPointer();
    }
}

package beacon.keys.opening;

import beacon.keys.custody.Combiner;
import beacon.keys.custody.HybridCombiner;
import beacon.keys.custody.HybridWrap;
import beacon.keys.custody.OrgKey;
import beacon.keys.custody.Partial;
import beacon.keys.custody.PartialRequest;
import beacon.keys.custody.SlotShare;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.X25519Stanza;
import beacon.keys.records.KeyRecord;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Puts the answers of custodians together, as they come, until one wrap of a header opens. A wrong answer is set aside
 * and its custodian named. Not thread-safe. Wiped by {@link #close}.
 */
public final class Opening implements AutoCloseable {
    private final OrgKey key;
    private final List<Assembly> assemblies = new ArrayList<>();
    private final TreeSet<Integer> liars = new TreeSet<>();

    /** An opening of these wraps. */
    public Opening(KeyRecord record, ByteString requestId, List<WrapItem> items) {
        this.key = record.key();
        for (WrapItem item : items) {
            assemblies.add(assembly(item, requestId));
        }
    }

    private Assembly assembly(WrapItem item, ByteString requestId) {
        Optional<HybridWrap> hybrid = item.hybrid();
        if (hybrid.isPresent()) {
            PartialRequest request =
                    OpenRequest.partialRequest(requestId, item, hybrid.get().share());
            BindingStanza bound = item.bound().orElseThrow();
            return new HybridAssembly(new HybridCombiner(key, hybrid.get(), bound.terms(), request));
        }
        return item.classic()
                .<Assembly>map(stanza -> new ClassicAssembly(
                        new Combiner(key, OpenRequest.partialRequest(requestId, item, stanza.share())), stanza, key))
                .orElse(new NoAssembly());
    }

    /** Takes a custodian's answers, in the order of the wraps; the file key, as soon as one is known. */
    public Optional<FileKey> offer(int seat, List<ItemAnswer> answers) {
        if (answers.size() != assemblies.size()) {
            liars.add(seat);
            return Optional.empty();
        }
        for (int i = 0; i < answers.size(); i++) {
            ItemAnswer answer = answers.get(i);
            if (!answer.isRefused()) {
                if (!assemblies.get(i).offer(seat, answer)) {
                    liars.add(seat);
                }
                Optional<FileKey> fileKey = assemblies.get(i).open();
                if (fileKey.isPresent()) {
                    return fileKey;
                }
            }
        }
        return Optional.empty();
    }

    /** Custodians that gave an answer that does not verify. */
    public List<Integer> liars() {
        return List.copyOf(liars);
    }

    @Override
    public void close() {
        assemblies.forEach(Assembly::close);
    }

    private interface Assembly {
        boolean offer(int seat, ItemAnswer answer);

        Optional<FileKey> open();

        default void close() {}
    }

    /** A wrap that is none; custodians refuse it as well. */
    private static final class NoAssembly implements Assembly {
        @Override
        public boolean offer(int seat, ItemAnswer answer) {
            return false;
        }

        @Override
        public Optional<FileKey> open() {
            return Optional.empty();
        }
    }

    private record ClassicAssembly(Combiner combiner, X25519Stanza stanza, OrgKey key) implements Assembly {
        @Override
        public boolean offer(int seat, ItemAnswer answer) {
            return Partial.decode(seat, answer.partial().toByteArray())
                    .map(combiner::offer)
                    .orElse(false);
        }

        @Override
        public Optional<FileKey> open() {
            return combiner.secret()
                    .flatMap(secret ->
                            stanza.open(secret, key.recipient().publicKey().toByteArray()));
        }
    }

    private record HybridAssembly(HybridCombiner combiner) implements Assembly {
        @Override
        public boolean offer(int seat, ItemAnswer answer) {
            boolean partial = Partial.decode(seat, answer.partial().toByteArray())
                    .map(combiner::offer)
                    .orElse(false);
            boolean share = Scalar.decode(answer.slotShare().toByteArray())
                    .map(secret -> combiner.offer(new SlotShare(seat, secret)))
                    .orElse(false);
            return partial && share;
        }

        @Override
        public Optional<FileKey> open() {
            return combiner.fileKey();
        }

        @Override
        public void close() {
            combiner.close();
        }
    }
}

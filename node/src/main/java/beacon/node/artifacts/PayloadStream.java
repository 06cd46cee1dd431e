package beacon.node.artifacts;

import beacon.dht.Stages;
import beacon.node.artifacts.ArtifactReader.StripeAt;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A payload from its first byte to its last. While one stripe is read the next ones are fetched. */
public final class PayloadStream extends InputStream {
    private static final int AHEAD = 3;

    private final ArtifactReader reader;
    private final Deque<CompletableFuture<ByteString>> fetching = new ArrayDeque<>();
    private Optional<StripeAt> next;
    private InputStream stripe = InputStream.nullInputStream();

    public PayloadStream(ArtifactReader reader) {
        this.reader = reader;
        this.next = Optional.of(reader.first());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        int count = stripe.read(target, offset, length);
        while (count < 0 && advance()) {
            count = stripe.read(target, offset, length);
        }
        return count;
    }

    private boolean advance() {
        while (fetching.size() < AHEAD && next.isPresent()) {
            fetching.add(reader.fetch(next.get()));
            next = reader.after(next.get());
        }
        CompletableFuture<ByteString> first = fetching.poll();
        if (first == null) {
            return false;
        }
        try {
            stripe = first.join().newInput();
            return true;
        } catch (CompletionException e) {
            if (Stages.cause(e) instanceof ArtifactException known) {
                throw new ArtifactException(known.reason(), String.valueOf(known.getMessage()), known);
            }
            throw e;
        }
    }
}

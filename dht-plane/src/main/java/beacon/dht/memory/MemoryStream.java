package beacon.dht.memory;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostStream;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.concurrent.CompletionStage;

/** One end of a stream; the two ends share their pipes. */
final class MemoryStream implements HostStream {
    private final MemoryConnection connection;
    private final MemoryHost near;
    private final MemoryHost far;
    private final String protocol;
    private final Pipe in;
    private final Pipe out;

    private MemoryStream(MemoryConnection connection, MemoryHost near, String protocol, Pipe in, Pipe out) {
        this.connection = connection;
        this.near = near;
        this.far = connection.other(near);
        this.protocol = protocol;
        this.in = in;
        this.out = out;
        connection.add(this);
    }

    /** The two ends of a new stream. */
    record Ends(MemoryStream opener, MemoryStream accepter) {}

    static Ends open(MemoryConnection connection, MemoryHost opener, String protocol) {
        MemoryHost accepter = connection.other(opener);
        Pipe there = new Pipe(opener.network(), opener.id(), accepter.id());
        Pipe back = new Pipe(opener.network(), accepter.id(), opener.id());
        return new Ends(
                new MemoryStream(connection, opener, protocol, back, there),
                new MemoryStream(connection, accepter, protocol, there, back));
    }

    @Override
    public PeerId remote() {
        return far.id();
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public CompletionStage<ByteString> read() {
        CompletionStage<ByteString> result = in.read();
        return result.whenComplete((bytes, failure) -> forgetWhenDone());
    }

    @Override
    public CompletionStage<Void> write(ByteString bytes) {
        return out.write(bytes);
    }

    @Override
    public void closeWrite() {
        out.closeWrite();
        forgetWhenDone();
    }

    private void forgetWhenDone() {
        if (in.isReadingEnded() && out.isWritingEnded()) {
            connection.remove(this);
        }
    }

    @Override
    public void reset() {
        if (!connection.isOpen() || (in.isReadingEnded() && out.isWritingEnded())) {
            return;
        }
        fail(new HostException(Reason.CLOSED, "this end reset the stream"));
        near.network().send(near.id(), far.id(), () -> {
            HostException cause = new HostException(Reason.RESET, "the other end reset the stream");
            in.failWriter(cause);
            out.failReader(cause);
        });
        connection.remove(this);
    }

    boolean belongsTo(MemoryHost host) {
        return near == host;
    }

    /** Ends this end of both directions. */
    void fail(HostException cause) {
        in.failReader(cause);
        out.failWriter(cause);
    }
}

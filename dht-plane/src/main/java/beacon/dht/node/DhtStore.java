package beacon.dht.node;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** Small contents under names, each replaced whole: a crash leaves the old one or the new one. */
public interface DhtStore {
    /**
     * What was written last under a name; empty when there is nothing, or nothing that is whole.
     *
     * @throws java.io.UncheckedIOException when it is there but cannot be read
     */
    Optional<ByteString> read(String name);

    /**
     * Replaces what is under a name. One writer at a time.
     *
     * @throws java.io.UncheckedIOException when it could not be written; what was there before stays
     */
    void write(String name, ByteString content);

    /** Moves something damaged out of the way, so that it can be looked at. */
    void setAside(String name);
}

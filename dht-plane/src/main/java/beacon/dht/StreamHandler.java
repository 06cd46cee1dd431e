package beacon.dht;

/** Takes the streams that others open for a protocol. Called on the host's loop. */
@FunctionalInterface
public interface StreamHandler {
    /** The handler owns the stream and has to close or reset it. */
    void accept(HostStream stream);
}

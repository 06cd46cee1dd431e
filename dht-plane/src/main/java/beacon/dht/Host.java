package beacon.dht;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

/**
 * This peer among its peers: connections, streams and what is known about others.
 *
 * <p><b>One loop.</b> Every method is called on {@link #loop()}, and every stage, handler and listener is completed or
 * called there, so that the state of its users needs no locks. Stages fail with {@link HostException} only.
 *
 * <p><b>Bounds.</b> Everything ends: a dial, a negotiation and a ping have deadlines, and the number of connections,
 * streams and waiting bytes is limited. A stream's own reads have none; users set theirs (see {@link Exchanges}).
 */
public interface Host {
    /** Name of this peer. */
    PeerId id();

    /** The loop to which all state of the data plane belongs. */
    ScheduledExecutorService loop();

    /** Addresses at which others may reach this peer, without {@code /p2p} at the end. */
    List<Multiaddr> listenAddresses();

    /** What is known about other peers. */
    PeerBook peers();

    /**
     * Connects unless there is a connection already. The addresses are remembered, and those known before are tried too.
     *
     * @return the peer; fails with UNREACHABLE, BACKING_OFF, WRONG_PEER, LIMIT, TIMEOUT or PROTOCOL
     */
    CompletionStage<PeerId> connect(PeerId peer, List<Multiaddr> addresses);

    /** Ends every connection to a peer; its streams fail with CLOSED. Done at once when there is none. */
    CompletionStage<Void> disconnect(PeerId peer);

    boolean isConnected(PeerId peer);

    /** The connected peers, in the order of their ids. */
    List<PeerId> connected();

    /**
     * Opens a stream, and connects first when there is no connection and an address is known.
     *
     * @param protocols wanted, best first; {@link HostStream#protocol()} says which one the peer took
     * @return fails like {@link #connect}, and with UNSUPPORTED when the peer takes none of the protocols
     */
    CompletionStage<HostStream> newStream(PeerId peer, List<String> protocols);

    /** Serves a protocol from now on, and tells connected peers. A second call replaces the handler. */
    void handle(String protocol, StreamHandler handler);

    /** Serves a protocol no longer, and tells connected peers. Streams that are open stay. */
    void unhandle(String protocol);

    /** The protocols that this peer serves, in the order of their names. */
    List<String> protocols();

    /** Adds somebody to be told of connections. */
    void listen(HostListener listener);

    /** Round-trip time of one ping; connects first like {@link #newStream}. */
    CompletionStage<Duration> ping(PeerId peer);

    /** Keeps the connections to a peer when room has to be made, and does not end them for idleness. */
    void protect(PeerId peer);

    /** Takes {@link #protect} back. */
    void unprotect(PeerId peer);

    /** Closes connections and listeners; what is under way fails with CLOSED. */
    CompletionStage<Void> close();
}

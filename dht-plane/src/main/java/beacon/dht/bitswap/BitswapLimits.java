package beacon.dht.bitswap;

import java.time.Duration;

/**
 * Every bound of the exchange in one place.
 *
 * @param intake of what peers send
 * @param answers of what is sent to them
 * @param requests of what is asked of them
 * @param times how long things may take
 */
public record BitswapLimits(Intake intake, Answers answers, Requests requests, Times times) {
    /**
     * What peers may send.
     *
     * @param wantsPerPeer remembered; further ones are ignored until some are answered or cancelled
     * @param streamsPerPeer open at a time; further ones are reset
     * @param entriesPerSecond wants and presences of one peer; a peer that sends more is read more slowly
     * @param entryBurst of them at once
     * @param unstoredPerPeer bytes of blocks that came in and are not checked and stored yet; then a peer is not read
     * @param unstoredTotal the same of all peers together
     * @param unfinishedPerPeer bytes of messages that did not come whole yet; a stream that exceeds it is reset
     * @param unfinishedTotal the same of all peers together; who has most of them loses its streams
     */
    public record Intake(
            int wantsPerPeer,
            int streamsPerPeer,
            int entriesPerSecond,
            int entryBurst,
            long unstoredPerPeer,
            long unstoredTotal,
            long unfinishedPerPeer,
            long unfinishedTotal) {}

    /**
     * What is sent.
     *
     * @param smallBlockBytes blocks up to this size are sent to those who only asked whether they are there
     * @param unsentPerPeer bytes of blocks read for a peer and not taken by the transport
     * @param unsentTotal the same of all peers together
     */
    public record Answers(int smallBlockBytes, long unsentPerPeer, long unsentTotal) {}

    /**
     * What is asked.
     *
     * @param wantsPerProvider asked of one peer by one session at a time
     * @param bytesPerProvider the same in bytes, by the size of blocks so far
     * @param wantsPerSession that wait, asked or not
     * @param providersPerSession further ones are ignored
     * @param attempts of one want before it fails
     */
    public record Requests(
            int wantsPerProvider, long bytesPerProvider, int wantsPerSession, int providersPerSession, int attempts) {}

    /**
     * Times.
     *
     * @param patience with a provider that sends nothing although it was asked
     * @param noProvider after which a want fails that nobody can be asked for
     * @param stall of a write that the other side does not read
     * @param stallUnderPressure the same when bytes that wait to be sent are short
     * @param idleStream after which a stream of ours is closed; others end it after 10 s
     * @param silence after which a stream of theirs is reset
     */
    public record Times(
            Duration patience,
            Duration noProvider,
            Duration stall,
            Duration stallUnderPressure,
            Duration idleStream,
            Duration silence) {}

    public static BitswapLimits defaults() {
        return new BitswapLimits(
                new Intake(1024, 32, 20_000, 40_000, 8 << 20, 32 << 20, 8 << 20, 24 << 20),
                new Answers(1024, 2 << 20, 32 << 20),
                new Requests(128, 8 << 20, 65_536, 32, 5),
                new Times(
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(60)));
    }
}

package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.HostStream;
import beacon.dht.bitswap.Bitswap;
import beacon.dht.bitswap.Blocks;
import beacon.dht.bitswap.Messages;
import beacon.dht.wire.Varint;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 10 at the level of the exchange, over TCP: no bad peer costs a node more than 128 MiB, and honest peers get their
 * pings answered within a second throughout. The node runs in a process of its own with a heap of 96 MiB.
 */
class ExchangeAbuseIT {
    private static final int MAX_COST_MIB = 128;

    @TempDir
    Path directory;

    private final TcpHosts hosts = new TcpHosts();
    private AbuseTarget target;
    private HonestPings pings;
    private long before;

    @BeforeEach
    void startTarget() {
        target = AbuseTarget.start(directory);
        pings = new HonestPings(target.peer());
        before = target.numbers().get("rss_mib");
    }

    @AfterEach
    void honestPeersWereServedAndLittleWasKept(TestInfo test) {
        // What was sent may still be worked on, and the bad peers are still there.
        pings.awaitAnswers(3);
        HonestPings.Outcome outcome = pings.stop();
        long cost = target.numbers().get("rss_mib") - before;
        String seen = "%s: cost %d MiB; honest pings: %d answered, slowest %d ms"
                .formatted(test.getDisplayName(), cost, outcome.answered(), outcome.slowestMillis());
        System.out.println(seen);
        pings.close();
        hosts.close();
        target.close();
        assertThat(cost).as(seen).isLessThan(MAX_COST_MIB);
        assertThat(outcome.failed()).as(seen).isZero();
        assertThat(outcome.answered()).as(seen).isPositive();
    }

    private TcpHost attacker() {
        TcpHost attacker = hosts.start(Limits.forLoopback());
        hosts.await(() -> attacker.connect(target.peer().id(), target.peer().addresses()));
        return attacker;
    }

    private HostStream open(TcpHost attacker) {
        return hosts.await(() -> attacker.newStream(target.peer().id(), List.of(Bitswap.PROTOCOL)));
    }

    private void ignoreAnswers(TcpHost attacker) {
        hosts.await(() -> {
            attacker.handle(Bitswap.PROTOCOL, stream -> {});
            return CompletableFuture.completedFuture(true);
        });
    }

    /** Writes, and does not mind when the other side has had enough. */
    private boolean write(HostStream stream, ByteString bytes) {
        return hosts.await(() -> stream.write(bytes).handle((done, failure) -> failure == null));
    }

    /** Writes without waiting for it to be read. */
    private void push(HostStream stream, ByteString bytes) {
        hosts.await(() -> {
            CompletionStage<Void> unused = stream.write(bytes);
            unused.exceptionally(failure -> null);
            return CompletableFuture.completedFuture(true);
        });
    }

    private void awaitNumber(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TcpHosts.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected " + what + ", but found " + target.numbers());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }

    private long number(String name) {
        return target.numbers().get("total_bitswap_" + name);
    }

    @Test
    void oversizedAndMalformedMessages() {
        TcpHost attacker = attacker();
        for (int i = 0; i < 40; i++) {
            HostStream oversized = open(attacker);
            write(oversized, ByteString.copyFrom(Varint.encode((4 << 20) + 1)).concat(Blocks.bytes(100_000, i)));
            HostStream garbage = open(attacker);
            write(garbage, Messages.prefixed(Blocks.bytes(5_000, i).concat(ByteString.copyFrom(new byte[] {7}))));
        }

        awaitNumber("80 refused messages", () -> number("messages_refused") >= 80);
    }

    @Test
    void twoHundredThousandWants() {
        TcpHost attacker = attacker();
        ignoreAnswers(attacker);
        HostStream stream = open(attacker);
        for (int i = 0; i < 40; i++) {
            write(stream, Messages.wantsOfNothing(5_000, i));
        }

        awaitNumber("wants beyond the limit", () -> number("wants_ignored") >= 40_000);
        assertThat(number("wants_remembered")).isLessThanOrEqualTo(1024);
    }

    @Test
    void peersThatWantEverythingAndNeverRead() {
        List<Cid> stored = new ArrayList<>(
                Blocks.random(AbuseTarget.BLOCKS, AbuseTarget.BLOCK_BYTES).keySet());
        for (int i = 0; i < 40; i++) {
            TcpHost attacker = attacker();
            ignoreAnswers(attacker);
            write(open(attacker), Messages.wants(stored));
        }

        awaitNumber("peers given up", () -> number("slow_peers") > 0);
        assertThat(target.numbers().get("bitswap_unsent_bytes")).isLessThanOrEqualTo(32 << 20);
    }

    @Test
    void messagesThatAreNeverFinished() {
        ByteString length = ByteString.copyFrom(Varint.encode(4 << 20));
        ByteString most = length.concat(Blocks.bytes(3 << 20, 1));
        for (int i = 0; i < 12; i++) {
            TcpHost attacker = attacker();
            for (int j = 0; j < 6; j++) {
                push(open(attacker), most);
            }
        }

        awaitNumber("limits reached", () -> number("limits_reached") >= 12);
    }

    @Test
    void blocksThatNobodyAskedFor() {
        HostStream stream = open(attacker());
        ByteString block = Messages.block(Blocks.bytes(1 << 20, 3));
        for (int i = 0; i < 200; i++) {
            write(stream, block);
        }

        awaitNumber("200 unwanted blocks", () -> number("unwanted") >= 200);
        assertThat(number("blocks_received")).isZero();
    }

    @Test
    void thousandsOfStreams() {
        TcpHost attacker = attacker();
        for (int i = 0; i < 200; i++) {
            push(open(attacker), ByteString.copyFrom(new byte[] {100, 1, 2, 3}));
        }

        awaitNumber("streams refused", () -> number("limits_reached") >= 200 - 32);
    }
}

package beacon.node.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.artifact.Coding;
import beacon.dht.artifact.Manifest;
import beacon.node.artifacts.PayloadPlacer.Placed;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same payload placed again, with the same seed, after a put that was cut off. */
class ContinuedPutTest {
    private static final int CELL = 100;
    private static final Coding CODE = new Coding(4, 2);
    private static final ByteString NONCE = ByteString.copyFrom(new byte[16]);
    private static final long SEED = 20_261_121;

    /** The process ends. */
    private static final class Cut extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final List<ByteString> sent = new ArrayList<>();

    private static byte[] payload() {
        byte[] bytes = new byte[60_000];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }

    private static Placed place(FakePeers peers, byte[] payload, StripeLog log) {
        PayloadPlacer.Settings settings = new PayloadPlacer.Settings(
                peers.nodes, CODE, CELL, ByteString.copyFromUtf8("seed"), Runnable::run, bytes -> {}, log);
        try (PayloadPlacer placer = new PayloadPlacer(peers, settings)) {
            placer.write(payload, 0, payload.length);
            return placer.finish(NONCE, Manifest.BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 100})
    void blocksThatAreThereDoNotTravelAgainAndTheResultIsTheSame(int stripes) throws IOException {
        byte[] payload = payload();
        FakePeers whole = new FakePeers(9, 9);
        Placed expected = place(whole, payload, StripeLog.NONE);
        FakePeers peers = new FakePeers(9, 9);

        assertThatThrownBy(() -> place(peers, payload, (digest, bytes, only) -> {
                    if (sent.size() == stripes) {
                        throw new Cut();
                    }
                    sent.add(digest);
                }))
                .isInstanceOf(Cut.class);
        int there = peers.travelled.get();
        List<ByteString> again = new ArrayList<>();
        Placed placed = place(peers, payload, (digest, bytes, only) -> again.add(digest));

        assertThat(placed).isEqualTo(expected);
        assertThat(there).isGreaterThanOrEqualTo(stripes * CODE.columns());
        assertThat(peers.travelled.get()).isEqualTo(whole.travelled.get());
        assertThat(again.subList(0, stripes)).isEqualTo(sent);
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        new PayloadStream(ArtifactReader.open(peers, placed.pin(), Runnable::run)).transferTo(back);
        assertThat(back.toByteArray()).isEqualTo(payload);
    }

    @Test
    void aStripeIsToldOfBeforeAnyOfItLeaves() {
        FakePeers peers = new FakePeers(9, 9);

        assertThatThrownBy(() -> place(peers, payload(), (digest, bytes, only) -> {
                    throw new Cut();
                }))
                .isInstanceOf(Cut.class);

        assertThat(peers.travelled.get()).isZero();
    }

    @Test
    void nodesThatWereLostMeanwhileAreReplaced() throws IOException {
        byte[] payload = payload();
        FakePeers peers = new FakePeers(9, 9);
        assertThatThrownBy(() -> place(peers, payload, (digest, bytes, only) -> {
                    if (sent.size() == 80) {
                        throw new Cut();
                    }
                    sent.add(digest);
                }))
                .isInstanceOf(Cut.class);

        peers.dead.addAll(List.of(peers.nodes.get(0).id(), peers.nodes.get(1).id()));
        peers.stored.get(peers.nodes.get(2).id()).clear();
        Placed placed = place(peers, payload, StripeLog.NONE);

        ByteArrayOutputStream back = new ByteArrayOutputStream();
        new PayloadStream(ArtifactReader.open(peers, placed.pin(), Runnable::run)).transferTo(back);
        assertThat(back.toByteArray()).isEqualTo(payload);
        assertThat(placed.pin().groups())
                .allSatisfy(group -> assertThat(group.columns())
                        .doesNotContain(
                                java.util.Optional.of(peers.nodes.get(0).id()),
                                java.util.Optional.of(peers.nodes.get(1).id())));
    }
}

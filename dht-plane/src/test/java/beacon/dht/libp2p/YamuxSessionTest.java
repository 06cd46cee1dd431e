package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two sessions joined back to back, without sockets or time of their own. */
class YamuxSessionTest {
    private long nowNanos;
    private End dialler;
    private End listener;

    /** One end: keeps what its session sends until it is carried over. */
    private final class End implements YamuxSession.Wire {
        private final Counters counters = new Counters();
        private final List<Recorder> accepted = new ArrayList<>();
        private final YamuxSession session;
        private ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private boolean writable = true;
        private HostException aborted;

        End(boolean dials) {
            session = new YamuxSession(this, dials, Limits.defaults(), counters, () -> nowNanos);
        }

        @Override
        public boolean isWritable() {
            return writable;
        }

        @Override
        public int room() {
            return 60 << 10;
        }

        @Override
        public void frame(byte[] header, ByteString data, int offset, int length) {
            sent.writeBytes(header);
            sent.writeBytes(data.substring(offset, offset + length).toByteArray());
        }

        @Override
        public void flush() {}

        @Override
        public void abort(HostException cause) {
            aborted = cause;
        }

        @Override
        public YamuxStream.Events accept(YamuxStream stream) {
            Recorder recorder = new Recorder();
            recorder.stream = stream;
            accepted.add(recorder);
            return recorder;
        }
    }

    private static final class Recorder implements YamuxStream.Events {
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private YamuxStream stream;
        private boolean ended;
        private HostException failure;
        private boolean reads = true;

        @Override
        public void data(byte[] from, int offset, int length) {
            data.write(from, offset, length);
            if (reads) {
                stream.consumed(length);
            }
        }

        @Override
        public void ended() {
            ended = true;
        }

        @Override
        public void failed(HostException cause) {
            failure = cause;
        }
    }

    @BeforeEach
    void join() {
        nowNanos = 0;
        dialler = new End(true);
        listener = new End(false);
    }

    private static boolean carry(End from, End to) {
        byte[] bytes = from.sent.toByteArray();
        from.sent = new ByteArrayOutputStream();
        to.session.receive(bytes, 0, bytes.length);
        return bytes.length > 0;
    }

    private void settle() {
        boolean moved = true;
        while (moved) {
            moved = carry(dialler, listener);
            moved |= carry(listener, dialler);
            nowNanos += 1000;
        }
    }

    private Recorder open(End end) {
        Recorder recorder = new Recorder();
        recorder.stream = end.session.open(recorder);
        return recorder;
    }

    private static void write(End end, Recorder to, ByteString bytes) {
        to.stream.write(bytes, failure -> {});
        end.session.pump();
    }

    @Test
    void bytesArriveInOrderAndBothSidesEnd() {
        byte[] content = new byte[3 << 20];
        new Random(1).nextBytes(content);
        Recorder stream = open(dialler);
        write(dialler, stream, ByteString.copyFrom(content));
        stream.stream.closeWrite();
        dialler.session.pump();
        settle();
        Recorder other = listener.accepted.get(0);
        other.stream.closeWrite();
        listener.session.pump();
        settle();

        assertThat(other.data.toByteArray()).isEqualTo(content);
        assertThat(other.ended).isTrue();
        assertThat(stream.ended).isTrue();
        assertThat(dialler.session.streamCount()).isZero();
        assertThat(listener.session.streamCount()).isZero();
        assertThat(listener.counters.unreadBytes).hasValue(0);
    }

    @Test
    void aReaderThatDoesNotReadStopsTheWriterAtTheWindow() {
        Recorder stream = open(dialler);
        settle();
        Recorder other = listener.accepted.get(0);
        other.reads = false;

        write(dialler, stream, ByteString.copyFrom(new byte[1 << 20]));
        settle();

        assertThat(other.data.size()).isEqualTo(ReceiveWindow.INITIAL_BYTES);
        assertThat(listener.counters.unreadBytes).hasValue(ReceiveWindow.INITIAL_BYTES);
        other.reads = true;
        other.stream.consumed(ReceiveWindow.INITIAL_BYTES);
        settle();
        assertThat(other.data.size()).isEqualTo(1 << 20);
    }

    @Test
    void theWindowGrowsForAQuickReaderUpToItsCap() {
        ReceiveWindow window = new ReceiveWindow(1 << 20, 0);
        long granted = ReceiveWindow.INITIAL_BYTES;
        for (int i = 0; i < 100; i++) {
            window.promised(128 << 10);
            window.arrived(128 << 10);
            granted += window.consumed(128 << 10, i, 1_000_000) - (128 << 10);
        }

        assertThat(granted).isLessThanOrEqualTo(1 << 20).isGreaterThan(1 << 19);
        assertThat(window.allows((1 << 20) + 1)).isFalse();
    }

    @Test
    void theWindowOfASlowReaderStaysAsItIs() {
        ReceiveWindow window = new ReceiveWindow(1 << 20, 0);
        for (long i = 1; i < 100; i++) {
            window.promised(128 << 10);
            window.arrived(128 << 10);
            window.consumed(128 << 10, i * 1_000_000_000L, 1_000_000);
        }

        assertThat(window.allows(ReceiveWindow.INITIAL_BYTES + 1)).isFalse();
    }

    @Test
    void streamsTakeTurns() {
        Recorder first = open(dialler);
        Recorder second = open(dialler);
        dialler.writable = false;
        write(dialler, first, ByteString.copyFrom(new byte[200 << 10]));
        write(dialler, second, ByteString.copyFrom(new byte[10]));
        dialler.writable = true;
        dialler.session.pump();

        byte[] sent = dialler.sent.toByteArray();
        int small = 2 * YamuxFrame.HEADER_BYTES + YamuxFrame.HEADER_BYTES + YamuxFrame.MAX_DATA_BYTES;
        assertThat(YamuxFrame.getInt(sent, small + 4)).isEqualTo(second.stream.id());
    }

    @Test
    void nothingIsSentWhileTheConnectionIsFull() {
        Recorder stream = open(dialler);
        settle();
        dialler.writable = false;

        write(dialler, stream, ByteString.copyFrom(new byte[100]));

        assertThat(dialler.sent.size()).isZero();
    }

    @Test
    void aPeerThatDoesNotReadAnswersIsGivenUp() {
        byte[] pings = new byte[0];
        listener.writable = false;
        for (int i = 0; i < 5000 && listener.aborted == null; i++) {
            pings = RawPeer.frame(YamuxFrame.PING, YamuxFrame.SYN, 0, i, new byte[0]);
            nowNanos += 60_000_000_000L;
            listener.session.receive(pings, 0, pings.length);
        }

        assertThat(listener.aborted).isNotNull();
        assertThat(listener.aborted.reason()).isEqualTo(Reason.LIMIT);
        assertThat(listener.sent.size()).isLessThan(5000 * YamuxFrame.HEADER_BYTES);
    }

    @Test
    void aSilentPeerFailsTheKeepAlive() {
        dialler.session.keepAlive();
        dialler.session.keepAlive();

        assertThat(dialler.aborted.reason()).isEqualTo(Reason.TIMEOUT);
    }

    @Test
    void framesOfStreamsThatAreGoneAreSkipped() {
        Recorder stream = open(dialler);
        settle();
        listener.accepted.get(0).stream.reset();
        listener.session.pump();
        write(dialler, stream, ByteString.copyFrom(new byte[100]));
        settle();
        Recorder next = open(dialler);
        write(dialler, next, ByteString.copyFromUtf8("still in step"));
        settle();

        assertThat(stream.failure.reason()).isEqualTo(Reason.RESET);
        assertThat(listener.accepted.get(1).data).hasToString("still in step");
        assertThat(listener.aborted).isNull();
    }

    @Test
    void afterAGoAwayNoStreamIsOpened() {
        listener.session.goAway();
        settle();

        assertThatThrownBy(() -> open(dialler)).isInstanceOf(HostException.class);
    }

    @Property
    void anyBytesAreTakenOrEndTheSession(@ForAll @Size(max = 400) byte[] bytes) {
        join();
        listener.session.receive(bytes, 0, bytes.length);

        assertBounded();
    }

    @Property
    void anyFramesAreTakenOrEndTheSession(@ForAll long seed) {
        join();
        Random random = new Random(seed);
        for (int i = 0; i < 50 && listener.aborted == null; i++) {
            byte[] data = new byte[random.nextInt(3) == 0 ? random.nextInt(40_000) : 0];
            int type = random.nextInt(20) == 0 ? 2 + random.nextInt(3) : random.nextInt(2);
            int length = random.nextInt(50) == 0 ? random.nextInt() : data.length;
            byte[] frame = RawPeer.frame(type, random.nextInt(16), random.nextInt(6), length, data);
            listener.session.receive(frame, 0, frame.length);
            listener.accepted.forEach(stream -> stream.reads = random.nextBoolean());
        }

        assertBounded();
    }

    private void assertBounded() {
        assertThat(listener.session.streamCount()).isLessThanOrEqualTo(256);
        assertThat(listener.counters.unreadBytes.get())
                .isBetween(0L, Limits.defaults().memory().unreadPerConnection());
        assertThat(listener.aborted == null || listener.session.streamCount() == 0)
                .isTrue();
    }
}

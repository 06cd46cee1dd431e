package beacon.sim.kademlia;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.PeerInfo;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection between two processes, seen by both. Its ends may disagree for a while on whether it stands: a machine that
 * lost its power does not say so, and its peer finds out when it sends.
 */
final class Link {
    private static final long FIRST_RETRY = World.SECOND;
    private static final int RETRIES = 4;

    private final Wire wire;
    private final Direction there;
    private final Direction back;

    Link(Wire wire, SimHost dialler, SimHost listener) {
        this.wire = wire;
        this.there = new Direction(dialler, listener);
        this.back = new Direction(listener, dialler);
    }

    /** Something on its way. */
    static final class Frame {
        private final @Nullable SimStream to;
        private final ByteString bytes;
        private final boolean opens;
        private final boolean resets;
        private final @Nullable PeerInfo info;
        private final long sentAt;
        private boolean ends;

        Frame(@Nullable SimStream to, ByteString bytes, Kind kind, @Nullable PeerInfo info, long sentAt) {
            this.to = to;
            this.bytes = bytes;
            this.opens = kind == Kind.OPEN;
            this.resets = kind == Kind.RESET;
            this.ends = kind == Kind.END;
            this.info = info;
            this.sentAt = sentAt;
        }

        enum Kind {
            OPEN,
            DATA,
            END,
            RESET,
            INFO
        }

        /** Puts the end of the stream into the same packet, when that has just been sent. */
        boolean appendEnd(long now) {
            if (sentAt != now || ends || resets) {
                return false;
            }
            ends = true;
            return true;
        }
    }

    /** One way, and the end that it leaves from. */
    private final class Direction {
        private final SimHost from;
        private final SimHost to;
        private final Deque<Frame> underway = new ArrayDeque<>();
        private final Set<SimStream> streams = new LinkedHashSet<>();
        private boolean open;
        private long latestArrival;
        private int retries;

        Direction(SimHost from, SimHost to) {
            this.from = from;
            this.to = to;
        }

        void send(Frame frame) {
            wire.count(from.machine(), to.machine(), frame.bytes.size());
            underway.add(frame);
            long now = wire.world().now();
            latestArrival = Math.max(latestArrival, now + wire.delay(from.machine(), to.machine()));
            wire.world().after(latestArrival - now, this::arrive);
        }

        private void arrive() {
            if (!open || underway.isEmpty()) {
                return;
            }
            if (!from.machine().reaches(to.machine())) {
                if (retries++ < RETRIES) {
                    wire.world().after(FIRST_RETRY << retries, this::arrive);
                } else {
                    breakEnd(Reason.TIMEOUT, "the peer does not answer any more");
                }
                return;
            }
            retries = 0;
            if (to.isClosed() || !other(this).open) {
                // Whoever is there now does not know this connection, and says so.
                wire.world()
                        .after(
                                wire.delay(to.machine(), from.machine()),
                                () -> breakEnd(Reason.CLOSED, "the connection is closed"));
                return;
            }
            deliver(underway.remove());
        }

        private void deliver(Frame frame) {
            if (frame.info != null) {
                to.identified(frame.info);
                return;
            }
            SimStream stream = frame.to;
            if (stream != null) {
                if (frame.opens && !to.accept(stream)) {
                    stream.reset();
                    return;
                }
                stream.arrived(frame.bytes, frame.ends, frame.resets);
            }
        }

        void breakEnd(Reason reason, String why) {
            if (!open) {
                return;
            }
            open = false;
            underway.clear();
            HostException lost = new HostException(reason, why);
            List<SimStream> failing = List.copyOf(streams);
            streams.clear();
            failing.forEach(stream -> stream.fail(lost));
            from.lost(Link.this, to.id());
        }
    }

    private Direction other(Direction direction) {
        return direction == there ? back : there;
    }

    private Direction end(SimHost near) {
        return near == there.from ? there : back;
    }

    SimHost far(SimHost near) {
        return end(near).to;
    }

    boolean isOpen(SimHost near) {
        return end(near).open;
    }

    void open(SimHost near) {
        end(near).open = true;
    }

    boolean isIdle(SimHost near) {
        return end(near).streams.isEmpty();
    }

    void add(SimHost near, SimStream stream) {
        end(near).streams.add(stream);
    }

    void remove(SimHost near, SimStream stream) {
        end(near).streams.remove(stream);
    }

    @Nullable
    Frame send(SimHost near, @Nullable SimStream to, ByteString bytes, Frame.Kind kind) {
        Direction direction = end(near);
        if (!direction.open) {
            return null;
        }
        Frame frame = new Frame(to, bytes, kind, null, wire.world().now());
        direction.send(frame);
        return frame;
    }

    void describe(SimHost near, PeerInfo info) {
        if (end(near).open) {
            end(near)
                    .send(new Frame(
                            null,
                            ByteString.EMPTY,
                            Frame.Kind.INFO,
                            info,
                            wire.world().now()));
        }
    }

    /** Ends the near end now, and the far one when it hears of it. */
    void close(SimHost near) {
        Direction mine = end(near);
        if (!mine.open) {
            return;
        }
        Direction theirs = other(mine);
        mine.breakEnd(Reason.CLOSED, "the connection is closed");
        if (near.machine().reaches(mine.to.machine())) {
            wire.world()
                    .after(
                            wire.delay(near.machine(), mine.to.machine()),
                            () -> theirs.breakEnd(Reason.CLOSED, "the connection is closed"));
        }
    }
}

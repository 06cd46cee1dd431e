package beacon.dht.libp2p;

/** Numbers of the yamux frame header: version, type, flags, stream id and length, 12 bytes, big-endian. */
final class YamuxFrame {
    static final int HEADER_BYTES = 12;

    static final int DATA = 0;
    static final int WINDOW_UPDATE = 1;
    static final int PING = 2;
    static final int GO_AWAY = 3;

    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;

    static final int NORMAL = 0;
    static final int PROTOCOL_ERROR = 1;
    static final int INTERNAL_ERROR = 2;

    /** Bytes in one data frame that is sent while others wait; small enough that streams take turns. */
    static final int MAX_DATA_BYTES = 16 << 10;

    private YamuxFrame() {}

    static void header(byte[] into, int type, int flags, int stream, int length) {
        into[0] = 0;
        into[1] = (byte) type;
        into[2] = (byte) (flags >>> 8);
        into[3] = (byte) flags;
        putInt(into, 4, stream);
        putInt(into, 8, length);
    }

    private static void putInt(byte[] into, int at, int value) {
        into[at] = (byte) (value >>> 24);
        into[at + 1] = (byte) (value >>> 16);
        into[at + 2] = (byte) (value >>> 8);
        into[at + 3] = (byte) value;
    }

    static int getInt(byte[] from, int at) {
        return ((from[at] & 0xff) << 24)
                | ((from[at + 1] & 0xff) << 16)
                | ((from[at + 2] & 0xff) << 8)
                | (from[at + 3] & 0xff);
    }
}

package beacon.node.views;

import beacon.index.log.RecordReader;
import beacon.model.RecordedHeader;

/** History up to an entry and a time, whichever comes first. */
final class UntilReader implements RecordReader {
    private final RecordReader history;
    private final long sequence;
    private final long timeUnixMicros;
    private boolean ended;
    private long lastTimeUnixMicros;

    UntilReader(RecordReader history, long sequence, long timeUnixMicros) {
        this.history = history;
        this.sequence = sequence;
        this.timeUnixMicros = timeUnixMicros;
    }

    @Override
    public boolean next() {
        ended = ended || !history.next() || history.sequence() > sequence;
        if (!ended) {
            long time =
                    RecordedHeader.read(history.buffer(), 0, history.length()).timeUnixMicros();
            ended = time > timeUnixMicros;
            lastTimeUnixMicros = ended ? lastTimeUnixMicros : time;
        }
        return !ended;
    }

    /** Of the last entry that was read; 0 before the first. */
    long lastTimeUnixMicros() {
        return lastTimeUnixMicros;
    }

    @Override
    public long sequence() {
        return history.sequence();
    }

    @Override
    public byte[] buffer() {
        return history.buffer();
    }

    @Override
    public int length() {
        return history.length();
    }

    @Override
    public void close() {
        history.close();
    }
}

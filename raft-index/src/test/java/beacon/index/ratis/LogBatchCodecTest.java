package beacon.index.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.log.AnAppend;
import beacon.index.log.Append;
import beacon.index.log.Precondition;
import beacon.index.log.RequestId;
import beacon.index.state.LogBatch;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LogBatchCodecTest {
    private static LogBatch batch(int appends, long seed) {
        List<Append> all = new ArrayList<>();
        for (int i = 0; i < appends; i++) {
            List<Precondition> preconditions = i % 3 == 0 ? List.of() : List.of(new Precondition("k" + i, i % 2));
            List<ByteString> events = i % 4 == 0
                    ? List.of(AnAppend.pointer("a", i).toByteString())
                    : List.of(
                            AnAppend.decision("b", i).toByteString(),
                            AnAppend.pointer("c", 1).toByteString());
            all.add(new Append(
                    i % 2 == 0 ? "actor" : "ünïcode", new RequestId(seed, ~seed), seed * i, i, preconditions, events));
        }
        return new LogBatch(seed & Long.MAX_VALUE, all);
    }

    @Property(tries = 100)
    void readsWhatItWrites(@ForAll @IntRange(max = 20) int appends, @ForAll long seed) {
        LogBatch batch = batch(appends, seed);

        LogBatch read = LogBatchCodec.decode(ByteBuffer.wrap(LogBatchCodec.encode(batch)));

        assertThat(read).isEqualTo(batch);
    }

    @Test
    void writesTheContract() throws InvalidProtocolBufferException {
        LogBatch batch = batch(5, 77);

        var generated = beacon.proto.v1.LogBatch.parseFrom(LogBatchCodec.encode(batch));

        assertThat(generated.getFormat()).isEqualTo(1);
        assertThat(generated.getTimeUnixMicros()).isEqualTo(77);
        assertThat(generated.getAppendsCount()).isEqualTo(5);
        var second = generated.getAppends(1);
        assertThat(second.getActor()).isEqualTo("ünïcode");
        assertThat(second.getRequestId().asReadOnlyByteBuffer().getLong()).isEqualTo(77);
        assertThat(second.getFingerprint()).isEqualTo(77);
        assertThat(second.getIssuedAtSequence()).isEqualTo(1);
        assertThat(second.getPreconditions(0).getAddress()).isEqualTo("k1");
        assertThat(second.getEventsList()).isEqualTo(batch.appends().get(1).events());
        assertThat(LogBatchCodec.decode(ByteBuffer.wrap(generated.toByteArray())))
                .isEqualTo(batch);
    }

    @Test
    void refusesAnEntryOfANewerMember() {
        byte[] newer =
                beacon.proto.v1.LogBatch.newBuilder().setFormat(2).build().toByteArray();

        assertThatThrownBy(() -> LogBatchCodec.decode(ByteBuffer.wrap(newer)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("upgrade");
    }
}

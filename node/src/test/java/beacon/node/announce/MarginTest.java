package beacon.node.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarginTest {
    @Test
    void whatIsSentIsRead() {
        for (Margin margin : List.of(
                new Margin(0, Optional.empty(), false),
                new Margin(7, Optional.of(Duration.ZERO), true),
                new Margin(1_000_000, Optional.of(Duration.ofDays(2)), true))) {
            assertThat(margin.encode().size()).isLessThanOrEqualTo(Margin.MAX_BYTES);
            assertThat(Margin.decode(margin.encode())).isEqualTo(margin);
        }
    }

    @Test
    void aRecordThatIsNotMadeYetHasNoMargin() {
        Margin never = new Margin(1, Optional.of(Duration.ofDays(-20_000)), true);

        assertThat(Margin.decode(never.encode()).smallest()).contains(Duration.ZERO);
    }

    @Test
    void otherBytesAreReadOrRefusedAndNothingElse() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[random.nextInt(Margin.MAX_BYTES)];
            random.nextBytes(bytes);
            try {
                assertThat(Margin.decode(ByteString.copyFrom(bytes)).contents()).isNotNegative();
            } catch (WireException refused) {
                assertThat(refused).hasMessageContaining("expected");
            }
        }
        assertThatThrownBy(() -> Margin.decode(ByteString.copyFrom(new byte[] {0x08})))
                .isInstanceOf(WireException.class);
    }
}

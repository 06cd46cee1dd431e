package beacon.model;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReasonTest {
    @Test
    void mirrorsTheContract() {
        Map<Integer, String> contract = new TreeMap<>();
        for (beacon.proto.v1.Reason reason : beacon.proto.v1.Reason.values()) {
            if (reason != beacon.proto.v1.Reason.UNRECOGNIZED) {
                contract.put(reason.getNumber(), reason.name());
            }
        }

        Map<Integer, String> words =
                Arrays.stream(Reason.values()).collect(toMap(Reason::number, reason -> "REASON_" + reason.name()));

        assertThat(words).containsExactlyInAnyOrderEntriesOf(contract);
    }

    @Test
    void isUnspecifiedForANumberOfAnotherVersion() {
        assertThat(Reason.of(0)).isEqualTo(Reason.UNSPECIFIED);
        assertThat(Reason.of(-1)).isEqualTo(Reason.UNSPECIFIED);
        assertThat(Reason.of(5)).isEqualTo(Reason.UNSPECIFIED);
        assertThat(Reason.of(Integer.MAX_VALUE)).isEqualTo(Reason.UNSPECIFIED);
        for (Reason reason : Reason.values()) {
            assertThat(Reason.of(reason.number())).isEqualTo(reason);
        }
    }

    @Test
    void survivesTheWireInARefusal() {
        for (Reason reason : Reason.values()) {
            Refusal refusal = new Refusal(reason, "why", "ucxl://a:b@c:d/*^", 7, "host:1", 9, 250);

            assertThat(RefusalCodec.decode(RefusalCodec.encode(refusal))).isEqualTo(refusal);
        }
    }

    @Test
    void readsARefusalOfALaterVersion() {
        beacon.proto.v1.Refusal later = beacon.proto.v1.Refusal.newBuilder()
                .setReasonValue(9999)
                .setMessage("later")
                .setRetryAfterMillis(-1)
                .build();

        assertThat(RefusalCodec.decode(later))
                .isEqualTo(Refusal.of(Reason.UNSPECIFIED, "later").withRetryAfterMillis(Integer.MAX_VALUE));
    }
}

package beacon.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PeerIdTest {
    @Test
    void namesAreInTheOrderOfTheirUnsignedBytes() {
        SplittableRandom random = new SplittableRandom(3);
        List<PeerId> ids = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] key = new byte[1 + random.nextInt(60)];
            random.nextBytes(key);
            ids.add(PeerId.ofPublicKey(ByteString.copyFrom(key)));
        }

        ids.sort(null);

        assertThat(ids.stream().map(PeerId::bytes)).isSortedAccordingTo(ByteString.unsignedLexicographicalComparator());
    }
}

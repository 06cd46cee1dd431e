package beacon.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ViewDigestTest {
    private static byte[] bytes(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    /** The sum as big numbers add it. */
    private static BigInteger expected(List<Integer> entries) throws Exception {
        BigInteger sum = BigInteger.ZERO;
        for (int entry : entries) {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(bytes(4));
            sha.update(bytes(entry));
            sum = sum.add(littleEndian(sha.digest(bytes(~entry))));
        }
        return sum.mod(BigInteger.ONE.shiftLeft(256));
    }

    private static BigInteger littleEndian(byte[] bytes) {
        byte[] turned = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            turned[i] = bytes[bytes.length - 1 - i];
        }
        return new BigInteger(1, turned);
    }

    @Property(tries = 200)
    void isTheSumOfTheHashesInAnyOrder(@ForAll @Size(max = 40) List<Integer> entries, @ForAll long seed)
            throws Exception {
        ViewDigest digest = new ViewDigest();
        List<Integer> shuffled = new ArrayList<>(entries);
        Collections.shuffle(shuffled, new Random(seed));

        shuffled.forEach(entry -> digest.add(bytes(entry), bytes(~entry)));

        assertThat(littleEndian(digest.bytes())).isEqualTo(expected(entries));
    }

    @Property(tries = 200)
    void removingIsTheInverseOfAdding(
            @ForAll @Size(min = 1, max = 40) List<Integer> entries, @ForAll @IntRange(max = 39) int keep)
            throws Exception {
        ViewDigest digest = new ViewDigest();
        entries.forEach(entry -> digest.add(bytes(entry), bytes(~entry)));
        List<Integer> kept = entries.subList(0, Math.min(keep, entries.size()));

        entries.subList(kept.size(), entries.size()).forEach(entry -> digest.remove(bytes(entry), bytes(~entry)));

        assertThat(littleEndian(digest.bytes())).isEqualTo(expected(kept));
        assertThat(ViewDigest.of(digest.bytes())).isEqualTo(digest);
    }

    @Test
    void keyAndValueAreNotMixedUp() {
        ViewDigest one = new ViewDigest();
        ViewDigest other = new ViewDigest();
        one.add(new byte[] {1}, new byte[] {2, 3});
        other.add(new byte[] {1, 2}, new byte[] {3});

        assertThat(one).isNotEqualTo(other);
    }
}

package beacon.keys.vault;

import beacon.keys.Entropy;
import java.security.SecureRandom;

/** The operating system's entropy, through the JDK's default generator. */
public final class SystemEntropy implements Entropy {
    private final SecureRandom random = new SecureRandom();

    @Override
    public void fill(byte[] target) {
        random.nextBytes(target);
    }
}

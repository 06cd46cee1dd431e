package beacon.node.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreFolderTest {
    private static final long QUOTA = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void staysNewUntilItProvedWhatItHas() {
        try (StoreFolder folder = StoreFolder.open(directory, QUOTA)) {
            assertThat(folder.isNew()).isTrue();
        }
        try (StoreFolder folder = StoreFolder.open(directory, QUOTA)) {
            assertThat(folder.isNew()).isTrue();
            folder.prove();
            assertThat(folder.isNew()).isFalse();
        }
        try (StoreFolder folder = StoreFolder.open(directory, QUOTA)) {
            assertThat(folder.isNew()).isFalse();
        }
    }
}

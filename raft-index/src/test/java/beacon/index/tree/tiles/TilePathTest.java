package beacon.index.tree.tiles;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TilePathTest {
    @Test
    void groupsTheIndexByThreeDigits() {
        assertThat(TilePath.hashes(0, 0)).isEqualTo("tile/0/000");
        assertThat(TilePath.hashes(1, 999)).isEqualTo("tile/1/999");
        assertThat(TilePath.hashes(2, 1000)).isEqualTo("tile/2/x001/000");
        assertThat(TilePath.entries(1_234_067)).isEqualTo("tile/entries/x001/x234/067");
        assertThat(TilePath.entries(1_000_000)).isEqualTo("tile/entries/x001/x000/000");
        assertThat(TilePath.partial(TilePath.hashes(0, 273), 112)).isEqualTo("tile/0/273.p/112");
    }
}

package beacon.index.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.admission.Admission;
import beacon.index.log.AnAppend;
import beacon.index.log.RefusalException;
import beacon.index.state.MemoryLog;
import beacon.model.Address;
import beacon.model.Reason;
import beacon.proto.v1.AppendRequest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameReaderTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final MemoryLog log = new MemoryLog(64, () -> now);
    private long id;

    /** Revisions 1 to 4 of "a" at 10 s each, at sequences 1, 3, 5 and 7; "b" in between. */
    @BeforeEach
    void fill() {
        for (int revision = 1; revision <= 4; revision++) {
            now = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(10L * revision);
            append(AnAppend.withId(++id).pointing("a", revision).request());
            append(AnAppend.withId(++id).deciding("b", revision).request());
        }
    }

    private void append(AppendRequest request) {
        log.append(((Admission.Verdict.Admitted) new Admission().admit("tester", request)).append());
    }

    private NameReader reader(long asOf) {
        return new NameReader(log.view(), log::readFrom, asOf);
    }

    @ParameterizedTest
    @CsvSource({
        "*^,4,7",
        "#,4,7",
        "*~,1,1",
        "*~3,3,5",
        "~~0,4,7",
        "~~1,3,5",
        "~~3,1,1",
        "^^0,1,1",
        "^^2,3,5",
        "2026-01-01T00:00:10Z,1,1",
        "2026-01-01T00:00:29Z,2,3",
        "2026-01-01T00:00:30Z,3,5",
        "2030-01-01T00:00:00Z,4,7"
    })
    void navigates(String temporal, long revision, long sequence) {
        Pointer pointer = reader(0).resolve(Address.parse("ucxl://agent:role@project:task/" + temporal + "/a"));

        assertThat(pointer.revision()).isEqualTo(revision);
        assertThat(pointer.sequence()).isEqualTo(sequence);
        assertThat(pointer.cid()).isEqualTo(AnAppend.cid((int) revision));
        assertThat(pointer.address()).isEqualTo(AnAppend.address("a"));
    }

    @ParameterizedTest
    @CsvSource({"*~5", "~~4", "^^4", "2025-01-01T00:00:00Z"})
    void refusesRevisionsThatDoNotExist(String temporal) {
        assertThatThrownBy(() -> reader(0).resolve(Address.parse("ucxl://agent:role@project:task/" + temporal + "/a")))
                .isInstanceOfSatisfying(
                        RefusalException.class,
                        e -> assertThat(e.refusal().reason()).isEqualTo(Reason.UNKNOWN_REVISION));
    }

    @Test
    void refusesAnAddressWithoutAPointer() {
        assertThatThrownBy(() -> reader(0).resolve(Address.parse(AnAppend.address("b"))))
                .isInstanceOfSatisfying(
                        RefusalException.class,
                        e -> assertThat(e.refusal().reason()).isEqualTo(Reason.UNKNOWN_ADDRESS));
    }

    @Test
    void answersAsIfTheLogHadEndedEarlier() {
        Pointer pointer = reader(4).resolve(Address.parse(AnAppend.address("a")));

        assertThat(pointer.revision()).isEqualTo(2);
        assertThat(reader(4).list("", null, 10)).containsExactly(pointer);
    }

    @Test
    void refusesAMomentThatHasNotCome() {
        assertThatThrownBy(() -> reader(99))
                .isInstanceOfSatisfying(
                        RefusalException.class,
                        e -> assertThat(e.refusal().reason()).isEqualTo(Reason.BEYOND_END));
    }

    @Test
    void tellsTheHistoryOfAnAddressNewestFirst() {
        List<NameReader.Step> all = reader(0).history(Address.parse(AnAppend.address("b")), 0, 10);
        List<NameReader.Step> page = reader(0).history(Address.parse(AnAppend.address("b")), 6, 2);

        assertThat(all).extracting(NameReader.Step::previous).containsExactly(6L, 4L, 2L, 0L);
        assertThat(page).extracting(NameReader.Step::previous).containsExactly(4L, 2L);
    }

    @Test
    void refusesTheHistoryPageOfAnotherAddress() {
        assertThatThrownBy(() -> reader(0).history(Address.parse(AnAppend.address("b")), 1, 2))
                .isInstanceOf(RefusalException.class);
    }
}

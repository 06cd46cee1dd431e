package beacon.index.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.log.RecordReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link Journal} promises. Threads are not part of it: the memory journal belongs to one. */
public abstract class JournalContract {
    private final List<Journal> opened = new ArrayList<>();

    /** A journal without records. */
    protected abstract Journal create();

    /** The same journal after a clean stop. */
    protected abstract Journal reopen(Journal journal);

    @AfterEach
    void closeJournals() {
        opened.forEach(Journal::close);
    }

    protected final Journal filled(long records) {
        Journal journal = remember(create());
        Records.appendTo(journal, records);
        return journal;
    }

    private Journal remember(Journal journal) {
        opened.add(journal);
        return journal;
    }

    @Test
    void startsEmpty() {
        Journal journal = filled(0);

        try (RecordReader reader = journal.readFrom(1)) {
            assertThat(journal.lastSequence()).isZero();
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void readsBackWhatWasAppendedInOrder() {
        Journal journal = filled(1_000);

        assertThat(journal.lastSequence()).isEqualTo(1_000);
        Records.assertReads(journal, 1, 1_000);
    }

    @Test
    void keepsEmptyAndLargestRecords() {
        Journal journal = filled(0);
        byte[] large = Records.bytes(7, 1 << 20);

        journal.append(1, new byte[0]);
        journal.append(2, large);
        journal.append(3, new byte[] {1});

        try (RecordReader reader = journal.readFrom(1)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.length()).isZero();
            assertThat(reader.next()).isTrue();
            assertThat(reader.copy()).isEqualTo(large);
            assertThat(reader.next()).isTrue();
            assertThat(reader.copy()).containsExactly(1);
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void refusesAnAppendOutOfOrderAndStaysAsItWas() {
        Journal journal = filled(5);

        for (long wrong : new long[] {-1, 0, 4, 5, 7}) {
            assertThatThrownBy(() -> journal.append(wrong, new byte[] {1}))
                    .isInstanceOf(JournalException.OutOfOrder.class)
                    .hasMessage("expected sequence 6 to be appended, but found " + wrong);
        }

        assertThat(journal.lastSequence()).isEqualTo(5);
        Records.assertReads(journal, 1, 5);
    }

    @Test
    void keepsACopyOfTheBytes() {
        Journal journal = filled(0);
        byte[] bytes = {1, 2, 3};

        journal.append(1, bytes);
        bytes[0] = 9;

        try (RecordReader reader = journal.readFrom(1)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.copy()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void readsFromEverySequence() {
        Journal journal = filled(300);

        for (long first = 1; first <= 301; first++) {
            Records.assertReads(journal, first, Math.min(300, first + 3));
        }
    }

    @Test
    void refusesToReadOutsideTheJournal() {
        Journal journal = filled(10);

        for (long wrong : new long[] {-1, 0, 12, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> journal.readFrom(wrong))
                    .isInstanceOf(JournalException.NoSuchSequence.class)
                    .hasMessage("expected a sequence from 1 to 11, but found " + wrong);
        }
    }

    @Test
    void aReaderAtTheEndContinuesWhenMoreArrives() {
        Journal journal = filled(3);

        try (RecordReader reader = journal.readFrom(4)) {
            for (long sequence = 4; sequence <= 200; sequence++) {
                assertThat(reader.next()).isFalse();
                journal.append(sequence, Records.bytes(sequence));
                assertThat(reader.next()).isTrue();
                assertThat(reader.sequence()).isEqualTo(sequence);
                assertThat(reader.copy()).isEqualTo(Records.bytes(sequence));
            }
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void readersDoNotDisturbEachOther() {
        Journal journal = filled(100);

        try (RecordReader one = journal.readFrom(1);
                RecordReader other = journal.readFrom(51)) {
            for (int i = 0; i < 50; i++) {
                assertThat(one.next()).isTrue();
                assertThat(other.next()).isTrue();
                assertThat(one.copy()).isEqualTo(Records.bytes(1 + i));
                assertThat(other.copy()).isEqualTo(Records.bytes(51 + i));
            }
        }
    }

    @Test
    void continuesAfterACleanStop() {
        Journal journal = filled(500);
        journal.sync();

        Journal again = remember(reopen(journal));

        assertThat(again.lastSequence()).isEqualTo(500);
        again.append(501, Records.bytes(501));
        Records.assertReads(again, 1, 501);
    }

    @Test
    void growsInSizeWithItsRecords() {
        Journal journal = filled(10);
        long before = journal.sizeBytes();

        for (long sequence = 11; sequence <= 20; sequence++) {
            journal.append(sequence, new byte[1 << 20]);
        }

        assertThat(journal.sizeBytes()).isGreaterThanOrEqualTo(before + (10 << 20));
    }
}

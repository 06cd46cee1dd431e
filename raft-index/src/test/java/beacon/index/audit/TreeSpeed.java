package beacon.index.audit;

import beacon.index.tree.Hash;
import beacon.index.tree.TreeFrontier;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.Ed25519Signer;
import beacon.index.tree.tiles.PublishedTiles;
import beacon.index.tree.tiles.TamperedJournal;
import beacon.index.tree.tiles.TilePublisher;
import beacon.index.tree.tiles.TransparencyLog;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Prints how fast the tree, its files and the audit are. Not a test: run it by hand on a quiet machine. */
public final class TreeSpeed {
    private static final int EVENTS = 1_000_000;
    private static final int ROUNDS = 5;

    private TreeSpeed() {}

    public static void main(String[] args) throws Exception {
        byte[] entry = new byte[400];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            TreeHasher hasher = new TreeHasher();
            TreeFrontier frontier = new TreeFrontier();
            byte[] leaf = new byte[Hash.BYTES];
            for (int i = 0; i < EVENTS; i++) {
                entry[i % 400]++;
                hasher.leaf(entry, entry.length, leaf, 0);
                frontier.append(leaf, 0);
            }
            print("frontier, 400 B", start, EVENTS);
        }
        TamperedJournal journal = new TamperedJournal();
        for (int i = 1; i <= EVENTS; i++) {
            journal.append(i, recorded(i));
        }
        System.out.println("recorded bytes: " + journal.get(EVENTS).length);
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            JournalAudit.Report report = JournalAudit.verify(journal, List.of(), Optional.empty());
            print("audit", start, report.checked());
        }
        files(journal);
    }

    private static void files(TamperedJournal journal) throws Exception {
        for (int round = 0; round < 3; round++) {
            Path folder = Files.createTempDirectory("beacon-tree");
            ExecutorService writer = Executors.newSingleThreadExecutor();
            Ed25519Signer signer = Ed25519Signer.ofNotes("o", new byte[32]);
            TransparencyLog log = TransparencyLog.open(folder, new byte[0], journal, signer, writer);
            long start = System.nanoTime();
            for (int i = 1; i <= EVENTS; i++) {
                byte[] recorded = journal.get(i);
                log.append(recorded, recorded.length);
            }
            print("append thread with files", start, EVENTS);
            writer.shutdown();
            System.out.println("drained " + writer.awaitTermination(60, TimeUnit.SECONDS));
            print("append until all files are there", start, EVENTS);
            start = System.nanoTime();
            TransparencyLog again = TransparencyLog.open(folder, log.encodeFrontier(), journal, signer, Runnable::run);
            print("open", start, 1);
            Random random = new Random(1);
            start = System.nanoTime();
            for (int i = 0; i < 5000; i++) {
                again.inclusionProof(random.nextInt(EVENTS), EVENTS);
            }
            print("inclusion proof", start, 5000);
            start = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                again.checkpointAt(EVENTS - i);
            }
            print("checkpoint", start, 1000);
            TilePublisher publisher = again.publisher(false);
            start = System.nanoTime();
            int steps = 0;
            while (publisher.step(50_000) > 0) {
                steps++;
            }
            print("publish in " + steps + " steps", start, EVENTS);
            start = System.nanoTime();
            JournalAudit.verify(
                    journal,
                    List.of(Checkpoint.open(again.checkpoint(), List.of(signer.verifier()))),
                    Optional.of(new PublishedTiles(folder)));
            print("audit with tiles", start, EVENTS);
        }
    }

    private static byte[] recorded(long sequence) {
        return TamperedJournal.event(sequence)
                .setEvent(Event.newBuilder()
                        .setDecisionRecorded(DecisionRecorded.newBuilder()
                                .setId("dr-" + sequence)
                                .setAddress("ucxl://agent:role@project:task/*^/path")
                                .setAuthor("anna")
                                .setMediaType("text/plain")
                                .setPayload(ByteString.copyFrom(new byte[96]))))
                .build()
                .toByteArray();
    }

    private static void print(String what, long start, long count) {
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-36s %10.0f /s  %8.3f us each  %.3f s%n",
                what,
                count / seconds,
                seconds * 1e6 / count,
                seconds);
    }
}

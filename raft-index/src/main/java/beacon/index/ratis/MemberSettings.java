package beacon.index.ratis;

import beacon.index.journal.file.JournalOptions;
import beacon.index.state.IndexState;
import beacon.index.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one index member is told when it starts.
 *
 * @param clusterId 1 to 64 characters of [A-Za-z0-9._-]; the same on every member, and the origin of checkpoints
 * @param memberId its name among the members
 * @param members all members when the cluster first starts; later the log's own configuration counts
 * @param raftListenHost address to listen on for the other members
 * @param tls certificate and key of this member; null only in tests of a single process
 * @param electionTimeout shortest time without a leader before a member stands for election
 * @param requestWindow requests whose answers are remembered, a power of two, the same on every member
 * @param snapshotEvents events after which a snapshot is taken
 * @param reserveBytes free space on the data disk below which appends are refused
 * @param journalOptions layout of the journal's files
 */
public record MemberSettings(
        String clusterId,
        String memberId,
        List<MemberAddress> members,
        Path dataDirectory,
        String raftListenHost,
        int raftListenPort,
        @Nullable TlsFiles tls,
        Duration electionTimeout,
        int requestWindow,
        long snapshotEvents,
        long reserveBytes,
        JournalOptions journalOptions) {
    public MemberSettings {
        members = List.copyOf(members);
    }

    /** Where a member is reached. */
    public record MemberAddress(String id, String raftAddress, String clientAddress) {}

    /** Settings with every default. */
    public static MemberSettings of(
            String clusterId,
            MemberAddress self,
            List<MemberAddress> members,
            Path dataDirectory,
            @Nullable TlsFiles tls) {
        int colon = self.raftAddress().lastIndexOf(':');
        return new MemberSettings(
                clusterId,
                self.id(),
                members,
                dataDirectory,
                self.raftAddress().substring(0, colon),
                Integer.parseInt(self.raftAddress().substring(colon + 1)),
                tls,
                Duration.ofSeconds(1),
                IndexState.DEFAULT_REQUEST_WINDOW,
                500_000,
                256L << 20,
                JournalOptions.DEFAULTS);
    }

    Path raftDirectory() {
        return dataDirectory.resolve("raft");
    }

    Path journalDirectory() {
        return dataDirectory.resolve("journal");
    }

    Path treeDirectory() {
        return dataDirectory.resolve("tiles");
    }

    Path snapshotDirectory() {
        return dataDirectory.resolve("snapshots");
    }
}

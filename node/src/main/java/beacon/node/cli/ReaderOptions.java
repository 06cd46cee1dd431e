package beacon.node.cli;

import beacon.keys.client.Reader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who opens, where certificates are not enough. */
final class ReaderOptions {
    @Option(
            names = "--subject-key",
            paramLabel = "FILE",
            description = "Key of the subject of role claims, made by: beacon role subject.")
    @Nullable
    Path subjectKey;

    @Option(names = "--claim", paramLabel = "FILE", split = ",", description = "Role claims of the subject.")
    List<Path> claims = List.of();

    @Option(names = "--approval", paramLabel = "FILE", split = ",", description = "Approvals of others.")
    List<Path> approvals = List.of();

    @Option(names = "--purpose", paramLabel = "TEXT", defaultValue = "", description = "Why, for the record.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    String purpose;

    Reader reader(Session session) {
        return new Reader(
                Optional.ofNullable(subjectKey).map(file -> RoleFiles.subject(session.resolve(file))),
                claims.stream()
                        .map(file -> RoleFiles.statement(session.resolve(file)))
                        .toList(),
                approvals.stream()
                        .map(file -> RoleFiles.statement(session.resolve(file)))
                        .toList(),
                purpose);
    }
}

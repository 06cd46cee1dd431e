package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.index.ratis.Restore;
import beacon.node.backup.BackupCheck;
import beacon.node.backup.BackupReader;
import beacon.node.backup.BackupWriter;
import beacon.node.backup.CheckedChunks;
import beacon.node.ca.LogKey;
import beacon.node.config.ConfigReader;
import beacon.node.config.NodeConfig;
import beacon.node.daemon.MemberProcess;
import beacon.proto.v1.ExportChunk;
import beacon.proto.v1.ExportHeader;
import beacon.proto.v1.ExportRequest;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon backup}: the whole index in one file, and checking such a file without a cluster. */
@Command(name = "backup", description = "Back up the whole index into a file; check such a file; restore it.")
final class BackupVerb implements Runnable {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    BackupVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected create, verify or restore");
    }

    @Command(name = "create", description = "Write a backup of the running cluster; needs an operator's certificate.")
    void create(@Parameters(paramLabel = "FILE") Path file) {
        Path target = session.resolve(file);
        BackupCheck check = new BackupCheck();
        Progress progress = new Progress(session.console(), "backing up");
        try (BeaconClient client = session.connect();
                BackupWriter writer = BackupWriter.create(target)) {
            Iterator<ExportChunk> chunks = client.leaderCluster()
                    .export(ExportRequest.newBuilder().setFirstSequence(1).build());
            while (chunks.hasNext()) {
                ExportChunk chunk = chunks.next();
                check.add(chunk);
                writer.add(chunk);
                progress.at(check.events() + " events");
            }
            ExportHeader header = check.finish();
            print(header, writer.finish(), target);
        } catch (IOException e) {
            throw Failures.of(e);
        } finally {
            progress.end();
        }
    }

    @Command(name = "verify", description = "Check a backup: every hash, every sequence, the tree root.")
    void verify(@Parameters(paramLabel = "FILE") Path file) {
        Path source = session.resolve(file);
        BackupCheck check = new BackupCheck();
        Progress progress = new Progress(session.console(), "verifying");
        try (BackupReader reader = BackupReader.open(source)) {
            for (@Nullable ExportChunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
                check.add(chunk);
                progress.at(check.events() + " events");
            }
            print(check.finish(), reader.sha256(), source);
        } catch (IOException e) {
            throw Failures.of(e);
        } finally {
            progress.end();
        }
    }

    @Command(
            name = "restore",
            description = {
                "Restore a backup into the empty data directory of a stopped member. Do it for every member, with the same"
                        + " arguments; then start them.",
                "Sequences that may have been used after the backup was made are voided and never used again."
            })
    void restore(
            @Parameters(paramLabel = "FILE") Path file,
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            required = true,
                            description = "Configuration of the member.")
                    Path config,
            @Option(
                            names = "--void-through",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "Last sequence that may have been used (default: 65,536 after the backup).")
                    long voidThrough) {
        NodeConfig node = ConfigReader.read(session.resolve(config));
        BackupCheck check = new BackupCheck();
        Progress progress = new Progress(session.console(), "restoring");
        try (BackupReader reader = BackupReader.open(session.resolve(file))) {
            Restore.Report report = Restore.install(
                    MemberProcess.settings(node),
                    LogKey.read(node.logKey(), node.clusterId()),
                    new CheckedChunks(reader, check, () -> progress.at(check.events() + " events")),
                    voidThrough);
            JsonObject object = new JsonObject();
            object.addProperty("member", node.memberId());
            object.addProperty("data", node.data().toString());
            object.addProperty("backup_sequence", report.backupSequence());
            object.addProperty("next_sequence", report.nextSequence());
            session.output().object(object);
        } catch (IOException e) {
            throw Failures.of(e);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new Failure("RESTORE", String.valueOf(e.getMessage()), null, e);
        } finally {
            progress.end();
        }
    }

    private void print(ExportHeader header, String sha256, Path file) {
        JsonObject result = new JsonObject();
        result.addProperty("file", file.toString());
        result.addProperty("cluster", header.getClusterId());
        result.addProperty("last_sequence", header.getLastSequence());
        result.addProperty(
                "tree_root", HexFormat.of().formatHex(header.getTreeRoot().toByteArray()));
        result.addProperty("sha256", sha256);
        session.output().object(result);
    }
}

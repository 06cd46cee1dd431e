package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.keys.client.Channels;
import beacon.keys.client.Reader;
import beacon.keys.client.WrapsOpener;
import beacon.keys.records.KeyRecord;
import beacon.keys.vault.SystemEntropy;
import beacon.node.custody.KeyLog;
import beacon.node.custody.RewrapJob;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code beacon key rewrap}: everything that is sealed under an old key, under the new one. */
@Command(
        name = "rewrap",
        description = {
            "Give every artifact whose header is of the key of --key a header of the key of --to, and retire the old key.",
            "Payloads stay as they are. Run it again when it was cut short; it goes on with what is left. Needs an operator."
        })
final class KeyRewrapVerb implements Callable<Integer> {
    private final Session session;

    @Mixin
    CustodyOptions key = new CustodyOptions();

    @Option(names = "--to", paramLabel = "FILE", required = true, description = "Record of the active key.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    Path to;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "Artifacts a second at most (default: 100).")
    int perSecond;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "90",
            description = "How long to go on while nothing moves (default: 90).")
    int patienceSeconds;

    @Option(
            names = "--keep-key",
            description = "Do not retire the old key at the end: for a drop-box key, which goes on taking in.")
    boolean keepsKey;

    @Mixin
    ReaderOptions reader = new ReaderOptions();

    KeyRewrapVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (perSecond < 1 || patienceSeconds < 1) {
            throw new Failure("USAGE", "expected --rate and --patience of at least 1");
        }
        KeyRecord from = key.record(session);
        SystemEntropy entropy = new SystemEntropy();
        try (BeaconClient client = session.connect();
                Channels channels = CustodyOptions.channels(session)) {
            Reader asking = reader.reader(session);
            RewrapJob job = new RewrapJob(
                    new KeyLog(client),
                    record -> new WrapsOpener(record, asking, channels, session.clock(), entropy),
                    new RewrapJob.Settings(
                            from,
                            CustodyOptions.record(session.resolve(to)),
                            perSecond,
                            Duration.ofSeconds(patienceSeconds),
                            !keepsKey),
                    this::print,
                    entropy);
            print(job.run());
        } catch (RewrapJob.Stuck stuck) {
            throw new Failure(
                    "REWRAP_STUCK", String.valueOf(stuck.getMessage()), "what is done stays; run it again", stuck);
        }
        return 0;
    }

    private void print(RewrapJob.Progress progress) {
        JsonObject line = new JsonObject();
        line.addProperty("step", progress.step().name());
        line.addProperty("done", progress.done());
        line.addProperty("outrun", progress.outrun());
        line.addProperty("found", progress.found());
        session.output()
                .streamed(
                        line,
                        "%s  %d rewrapped, %d by others, %d found under the old key"
                                .formatted(progress.step(), progress.done(), progress.outrun(), progress.found()));
        session.output().flush();
    }

    private void print(RewrapJob.Result result) {
        if (!result.unreadable().isEmpty()) {
            throw new Failure(
                    "NOT_ALL_REWRAPPED",
                    "expected headers of the old key, but found others at %d artifacts, the first %s; the old key stays"
                            .formatted(
                                    result.unreadable().size(),
                                    result.unreadable().get(0)));
        }
    }
}

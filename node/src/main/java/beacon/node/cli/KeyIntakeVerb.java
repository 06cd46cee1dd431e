package beacon.node.cli;

import beacon.keys.client.Channels;
import beacon.keys.client.WrapsOpener;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.opening.Rewrap;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import beacon.keys.vault.SystemEntropy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code beacon key intake}: what anybody's age made, under the key for files that prove who made them. */
@Command(
        name = "intake",
        description = {
            "Give FILE, which anybody's age encrypted to the drop-box key of --key, a header of the key of --to.",
            "The payload stays as it is. With role claims, needs one for the action intake."
        })
final class KeyIntakeVerb implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 17;

    private final Session session;

    @Parameters(paramLabel = "FILE")
    @SuppressWarnings("NullAway.Init") // set by picocli
    Path file;

    @Option(names = "--to", paramLabel = "FILE", required = true, description = "Record of the key for the file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    Path to;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where to.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    Path out;

    @Mixin
    CustodyOptions key = new CustodyOptions();

    @Mixin
    ReaderOptions reader = new ReaderOptions();

    KeyIntakeVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        KeyRecord box = key.record(session);
        KeyRecord target = CustodyOptions.record(session.resolve(to));
        SystemEntropy entropy = new SystemEntropy();
        try (Channels channels = CustodyOptions.channels(session);
                InputStream in = new BufferedInputStream(Files.newInputStream(session.resolve(file)), BUFFER_BYTES)) {
            Header header = Header.parse(in);
            List<WrapItem> items = WrapItem.in(header.stanzas(), box.keyId());
            if (items.isEmpty()) {
                throw new Failure("NOT_OURS", "expected a wrap for the drop-box key, but found none in " + file);
            }
            WrapsOpener.Opened opened =
                    new WrapsOpener(box, reader.reader(session), channels, session.clock(), entropy).open(items);
            Header bound = rewrapped(header, items, opened, target, entropy);
            SealVerb.OutputFile.write(session, out, plain -> {
                plain.write(bound.encode());
                in.transferTo(plain);
            });
        }
        return 0;
    }

    /** Of several stanzas one is the organisation's; whose the others are does not show. */
    private static Header rewrapped(
            Header header, List<WrapItem> items, WrapsOpener.Opened opened, KeyRecord target, SystemEntropy entropy) {
        for (int i = 0; i < items.size(); i++) {
            Optional<FileKey> found = opened.fileKeys().get(i);
            if (found.isPresent()) {
                try (FileKey fileKey = found.get()) {
                    return new Rewrap(header, items.get(i)).to(target, fileKey, entropy);
                }
            }
        }
        throw new Failure(
                "NOT_OPENED", "expected custodians to open a wrap, but found: " + String.join("; ", opened.problems()));
    }
}

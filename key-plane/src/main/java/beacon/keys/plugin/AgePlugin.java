package beacon.keys.plugin;

import beacon.keys.Entropy;
import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Identity;
import beacon.keys.envelope.Stanza;
import beacon.keys.opening.OrgRecipient;
import beacon.keys.opening.WrapItem;
import beacon.keys.records.KeyRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One run of the plugin. The other side first says everything and ends with {@code done}; then the plugin speaks, one
 * command and one answer at a time, and ends with {@code done}. Commands that are not known are passed over.
 */
public final class AgePlugin {
    /** Names of the two state machines. */
    public static final String IDENTITY_V1 = "identity-v1";

    public static final String RECIPIENT_V1 = "recipient-v1";

    private static final int MAX_FILES = 64;
    private static final int MAX_STANZAS = 1024;

    private final StanzaChannel channel;
    private final Function<PluginIdentity, Identity> identities;
    private final Entropy entropy;

    /**
     * A plugin.
     *
     * @param identities makes of what stands in an identity file one that asks custodians
     */
    public AgePlugin(InputStream in, OutputStream out, Function<PluginIdentity, Identity> identities, Entropy entropy) {
        this.channel = new StanzaChannel(in, out);
        this.identities = identities;
        this.entropy = entropy;
    }

    /** Unwraps the file keys of files. */
    public void identityV1() throws IOException {
        List<String> texts = new ArrayList<>();
        Map<Integer, List<Stanza>> files = new TreeMap<>();
        int stanzas = 0;
        for (Stanza command = channel.read(); !command.type().equals(StanzaChannel.DONE); command = channel.read()) {
            List<String> arguments = command.arguments();
            if (command.type().equals("add-identity") && arguments.size() == 2) {
                texts.add(arguments.get(1));
            } else if (command.type().equals("recipient-stanza") && arguments.size() >= 3) {
                if (++stanzas > MAX_STANZAS) {
                    channel.error(List.of("internal"), "expected at most %d stanzas".formatted(MAX_STANZAS));
                    channel.done();
                    return;
                }
                files.computeIfAbsent(index(arguments.get(1)), unused -> new ArrayList<>())
                        .add(new Stanza(arguments.subList(2, arguments.size()), command.body()));
            }
        }
        unwrap(texts, files);
        channel.done();
    }

    private void unwrap(List<String> texts, Map<Integer, List<Stanza>> files) throws IOException {
        List<Identity> usable = new ArrayList<>();
        boolean failed = false;
        for (int i = 0; i < texts.size(); i++) {
            try {
                usable.add(identities.apply(PluginIdentity.parse(texts.get(i))));
            } catch (RuntimeException unusable) { // whatever it is, the user hears of it and nothing is opened
                failed = true;
                channel.error(List.of("identity", Integer.toString(i)), reason(unusable));
            }
        }
        if (failed) {
            return;
        }
        for (Map.Entry<Integer, List<Stanza>> file : files.entrySet()) {
            unwrap(usable, file.getKey(), file.getValue());
        }
    }

    private void unwrap(List<Identity> usable, int file, List<Stanza> stanzas) throws IOException {
        for (Identity identity : usable) {
            try {
                Optional<FileKey> fileKey = identity.unwrap(stanzas);
                if (fileKey.isPresent()) {
                    byte[] bytes = fileKey.get().copyBytes();
                    channel.ask(Stanza.of(bytes, "file-key", Integer.toString(file)));
                    Arrays.fill(bytes, (byte) 0);
                    fileKey.get().close();
                    return;
                }
            } catch (RuntimeException refused) { // likewise
                channel.error(List.of("internal"), reason(refused));
            }
        }
    }

    /** Wraps the file keys of files. */
    public void recipientV1() throws IOException {
        List<String> recipients = new ArrayList<>();
        List<String> ownIdentities = new ArrayList<>();
        List<FileKey> fileKeys = new ArrayList<>();
        for (Stanza command = channel.read(); !command.type().equals(StanzaChannel.DONE); command = channel.read()) {
            List<String> arguments = command.arguments();
            if (command.type().equals("add-recipient") && arguments.size() == 2) {
                recipients.add(arguments.get(1));
            } else if (command.type().equals("add-identity") && arguments.size() == 2) {
                ownIdentities.add(arguments.get(1));
            } else if (command.type().equals("wrap-file-key")
                    && command.body().size() == FileKey.BYTES
                    && fileKeys.size() < MAX_FILES) {
                fileKeys.add(FileKey.of(command.body().toByteArray()));
            }
        }
        for (int i = 0; i < ownIdentities.size(); i++) {
            channel.error(
                    List.of("identity", Integer.toString(i)),
                    "expected a recipient: print it with beacon key export-recipient --plugin");
        }
        Optional<List<KeyRecord>> records = records(recipients);
        if (ownIdentities.isEmpty() && records.isPresent()) {
            wrap(records.get(), fileKeys);
        }
        fileKeys.forEach(FileKey::close);
        channel.done();
    }

    private Optional<List<KeyRecord>> records(List<String> recipients) throws IOException {
        List<KeyRecord> records = new ArrayList<>();
        boolean failed = false;
        for (int i = 0; i < recipients.size(); i++) {
            try {
                records.add(PluginRecipient.parse(recipients.get(i)));
            } catch (AgeException malformed) {
                failed = true;
                channel.error(List.of("recipient", Integer.toString(i)), reason(malformed));
            }
        }
        return failed ? Optional.empty() : Optional.of(records);
    }

    /** One stanza for each recipient, as the protocol wants: all parts of a hybrid wrap go into one. */
    private void wrap(List<KeyRecord> records, List<FileKey> fileKeys) throws IOException {
        for (int file = 0; file < fileKeys.size(); file++) {
            for (KeyRecord record : records) {
                OrgRecipient recipient = new OrgRecipient(record, "age-plugin", "default", true);
                Stanza packed = WrapItem.pack(recipient.wrap(fileKeys.get(file), entropy));
                List<String> arguments = new ArrayList<>(List.of("recipient-stanza", Integer.toString(file)));
                arguments.addAll(packed.arguments());
                channel.ask(new Stanza(arguments, packed.body()));
            }
        }
    }

    /** Says to the other side that this state machine is not one of ours. */
    public static String unknown(String stateMachine) {
        return "expected %s or %s, but found %s".formatted(IDENTITY_V1, RECIPIENT_V1, stateMachine);
    }

    private static int index(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException malformed) {
            throw new AgeException.BadHeader("expected the number of a file, but found another word");
        }
    }

    private static String reason(RuntimeException error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}

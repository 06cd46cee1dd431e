package beacon.node.cli;

import beacon.keys.client.Channels;
import beacon.keys.client.CustodyException;
import beacon.keys.client.KeySurvey;
import beacon.keys.client.RitualCarrier;
import beacon.keys.custodian.Rituals;
import beacon.keys.plugin.PluginIdentity;
import beacon.keys.plugin.PluginRecipient;
import beacon.keys.records.KeyKind;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualPlan;
import beacon.keys.records.Seat;
import beacon.keys.vault.SystemEntropy;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code beacon key}: the life of an organisation key. */
@Command(name = "key", description = "Make, show, refresh, hand over and destroy organisation keys that nobody holds.")
final class KeyVerb implements Runnable {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private final Session session;
    private final SystemEntropy entropy = new SystemEntropy();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private KeyVerb(Session session) {
        this.session = session;
    }

    static CommandLine of(Session session) {
        KeyVerb verb = new KeyVerb(session);
        return new CommandLine(verb)
                .addSubcommand(new KeyActivateVerb(session))
                .addSubcommand(new KeyRotateVerb(session, verb))
                .addSubcommand(new KeyRewrapVerb(session))
                .addSubcommand(new KeyIntakeVerb(session))
                .addSubcommand(new KeyStateVerb(session))
                .addSubcommand(new KeyRevokeVerb(session));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "expected ceremony, activate, status, export-recipient, refresh, reshare, rotate, rewrap,"
                        + " intake, state or revoke");
    }

    @Command(
            name = "ceremony",
            description = {
                "Make a new key among running custodians; writes its public record to --key.",
                "Every custodian must take part. Whoever misbehaves is named, and no key comes of it."
            })
    void ceremony(
            @Mixin CustodianList custodians,
            @Option(
                            names = "--threshold",
                            paramLabel = "T",
                            defaultValue = "2",
                            description = "So many custodians together open (default: 2).")
                    int threshold,
            @Option(
                            names = "--drop-box",
                            description = {
                                "The key also opens what anybody's age encrypts to the recipient. Such files prove nothing"
                                        + " about their maker; keep that key apart from the one for files that seal makes."
                            })
                    boolean dropBox,
            @Mixin CustodyOptions key,
            @Mixin RootOptions root) {
        List<String> endpoints = custodians.endpoints();
        int openers = custodians.threshold(threshold);
        Path file = key.file(session);
        KeyKind kind = dropBox ? KeyKind.DROP_BOX : KeyKind.INTERNAL;
        print(ceremony(file, endpoints, openers, kind, root), file);
    }

    /** Makes a key and writes its record to a new file. */
    KeyRecord ceremony(Path file, List<String> custodians, int threshold, KeyKind kind, RootOptions root) {
        if (Files.exists(file)) {
            throw new Failure("KEY_EXISTS", "expected no file at " + file + ", but found one; it is left as it was");
        }
        try (Channels channels = CustodyOptions.channels(session)) {
            RitualCarrier carrier = new RitualCarrier(channels);
            List<RitualCarrier.About> abouts = carrier.about(custodians);
            String organisation = abouts.get(0).organisation();
            RitualPlan plan =
                    RecordCodec.ceremony(sessionId(), organisation, kind, threshold, seats(abouts), deadline());
            KeyRecord record =
                    carrier.run(plan, root.sign(session, Rituals.PLAN_USE, plan.encoded()), Optional.empty());
            replace(file, record);
            return record;
        }
    }

    private static List<Seat> seats(List<RitualCarrier.About> abouts) {
        return abouts.stream().map(RitualCarrier.About::seat).toList();
    }

    private ByteString sessionId() {
        return ByteString.copyFrom(entropy.bytes(RitualPlan.SESSION_ID_BYTES));
    }

    private Instant deadline() {
        return session.clock().instant().plus(DEADLINE);
    }

    private static void replace(Path file, KeyRecord record) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(fresh, RecordCodec.print(record));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write " + file, e);
        }
    }

    private void print(KeyRecord record, Path file) {
        JsonObject result = new JsonObject();
        result.addProperty("recipient", record.key().recipient().toString());
        result.addProperty("key", HexFormat.of().formatHex(record.keyId().toByteArray()));
        result.addProperty("organisation", record.plan().organisation());
        result.addProperty("kind", record.plan().keyKind().name());
        result.addProperty("threshold", record.key().threshold());
        result.addProperty("epoch", record.key().epoch());
        JsonArray names = new JsonArray();
        record.plan().seats().forEach(seat -> names.add(seat.name()));
        result.add("custodians", names);
        result.addProperty("record", file.toString());
        session.output().object(result);
    }

    @Command(name = "export-recipient", description = "Print the recipient that any age encrypts to.")
    void exportRecipient(
            @Option(
                            names = "--plugin",
                            description = {
                                "The recipient for age with age-plugin-beacon: sealed against quantum computers, and bound."
                            })
                    boolean plugin,
            @Mixin CustodyOptions key) {
        KeyRecord record = key.record(session);
        print(
                "recipient",
                plugin
                        ? PluginRecipient.print(record)
                        : record.key().recipient().toString());
    }

    @Command(
            name = "export-identity",
            description = {
                "Print an identity for age -d -i: where age-plugin-beacon finds key record, certificate and claims.",
                "It holds no secret."
            })
    void exportIdentity(@Mixin CustodyOptions key, @Mixin ReaderOptions reader) {
        PluginIdentity identity = new PluginIdentity(
                absolute(key.file(session)),
                absolute(Profile.tlsDirectory(session.options(), session.environment(), session.directory())),
                Optional.ofNullable(reader.subjectKey).map(file -> absolute(session.resolve(file))),
                reader.claims.stream()
                        .map(file -> absolute(session.resolve(file)))
                        .toList(),
                reader.approvals.stream()
                        .map(file -> absolute(session.resolve(file)))
                        .toList());
        print("identity", identity.print());
    }

    private static String absolute(Path file) {
        return file.toAbsolutePath().normalize().toString();
    }

    private void print(String name, String value) {
        if (session.output().isJson()) {
            JsonObject result = new JsonObject();
            result.addProperty(name, value);
            session.output().object(result);
        } else {
            session.output().line(value);
        }
    }

    @Command(name = "status", description = "Show the key, and which of its custodians serve it.")
    void status(
            @Option(
                            names = "--repair",
                            description = "Give custodians that are behind the newest record; needs an operator.")
                    boolean repair,
            @Mixin CustodyOptions key) {
        Path file = key.file(session);
        KeyRecord known = key.record(session);
        try (Channels channels = CustodyOptions.channels(session)) {
            KeySurvey survey = new KeySurvey(new RitualCarrier(channels), known);
            KeyRecord newest = survey.newest();
            if (newest.key().epoch() > known.key().epoch()) {
                replace(file, newest);
            }
            List<String> repaired = repair ? survey.repair() : List.of();
            List<JsonObject> rows = new ArrayList<>();
            for (KeySurvey.Row row : survey.rows()) {
                JsonObject object = new JsonObject();
                object.addProperty("custodian", row.seat().name());
                object.addProperty("endpoint", row.seat().endpoint());
                object.addProperty(
                        "epoch", row.epoch().isPresent() ? row.epoch().getAsInt() : null);
                object.addProperty("state", repaired.contains(row.seat().name()) ? "REPAIRED" : row.state());
                rows.add(object);
            }
            if (!session.output().isJson()) {
                print(newest, file);
            }
            session.output().rows(List.of("custodian", "endpoint", "epoch", "state"), rows);
        }
    }

    @Command(
            name = "refresh",
            description = "Give all custodians new shares of the same key; old shares are then worthless.")
    void refresh(@Mixin CustodyOptions key, @Mixin RootOptions root) {
        reshareTo(key, root, null, 0);
    }

    @Command(
            name = "reshare",
            description = {
                "Hand the key over to other custodians, perhaps another number of them, with another threshold.",
                "The recipient stays, and nothing that was encrypted to it changes. Enough of the present custodians must"
                        + " serve, and all of the new ones."
            })
    void reshare(
            @Mixin CustodianList custodians,
            @Option(names = "--threshold", paramLabel = "T", required = true, description = "The new threshold.")
                    int threshold,
            @Mixin CustodyOptions key,
            @Mixin RootOptions root) {
        reshareTo(key, root, custodians.endpoints(), custodians.threshold(threshold));
    }

    /** A custodian that left and missed it could not come back: it would know of an older epoch only. */
    private static void tellFormer(RitualCarrier carrier, KeyRecord present, List<String> endpoints) {
        for (String endpoint : endpoints) {
            boolean behind = carrier.record(endpoint, present.keyId())
                    .filter(record -> record.key().epoch() < present.key().epoch())
                    .isPresent();
            if (behind) {
                carrier.install(endpoint, present);
            }
        }
    }

    private void reshareTo(CustodyOptions key, RootOptions root, @Nullable List<String> custodians, int threshold) {
        Path file = key.file(session);
        try (Channels channels = CustodyOptions.channels(session)) {
            RitualCarrier carrier = new RitualCarrier(channels);
            KeySurvey survey = new KeySurvey(carrier, key.record(session));
            KeyRecord present = survey.newest();
            survey.repair();
            List<Integer> dealers = survey.serving();
            if (dealers.size() < present.key().threshold()) {
                throw new CustodyException.NotEnough(present.key().threshold(), dealers.size(), survey.problems());
            }
            List<Seat> seats = present.plan().seats();
            if (custodians != null) {
                seats = seats(carrier.about(custodians));
                tellFormer(carrier, present, custodians);
            }
            RitualPlan plan = RecordCodec.reshare(
                    sessionId(),
                    present,
                    dealers.subList(0, present.key().threshold()),
                    custodians == null ? present.key().threshold() : threshold,
                    seats,
                    deadline());
            KeyRecord record =
                    carrier.run(plan, root.sign(session, Rituals.PLAN_USE, plan.encoded()), Optional.of(present));
            replace(file, record);
            survey.tellFormer(record);
            print(record, file);
        }
    }
}

package beacon.node.cli;

import beacon.keys.authority.Approval;
import beacon.keys.authority.Revocation;
import beacon.keys.authority.RoleClaim;
import beacon.keys.authority.StatementCodec;
import beacon.keys.client.Channels;
import beacon.keys.client.RitualCarrier;
import beacon.keys.records.KeyRecord;
import beacon.keys.signatures.OfflineRootKey;
import beacon.keys.signatures.RootKey;
import beacon.keys.signatures.SignedStatement;
import beacon.keys.signatures.SubjectKey;
import beacon.keys.vault.SystemEntropy;
import beacon.model.DidKey;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon role}: the organisation's root, and who may do what with its keys. */
@Command(name = "role", description = "Make the organisation's root; issue, list and take back role claims.")
final class RoleVerb implements Runnable {
    private static final String CLAIMS = "claims";
    private static final String REVOKED = "revoked";

    private final Session session;
    private final SystemEntropy entropy = new SystemEntropy();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    RoleVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "expected root, subject, issue, approve, revoke or ls");
    }

    @Command(
            name = "root",
            description = {
                "Make an organisation's root in --root-dir: Ed25519 and ML-DSA-65, sealed; org-root is the public part.",
                "With --offline, an SLH-DSA key certifies it; keep that file off this machine."
            })
    void root(
            @Option(names = "--org", required = true, description = "Name of the organisation.") String organisation,
            @Option(names = "--offline", paramLabel = "FILE", description = "New file for the sealed offline root.")
                    @org.jspecify.annotations.Nullable
                    Path offline,
            @Mixin RootOptions options) {
        Path directory = session.resolve(Optional.ofNullable(options.directory)
                .orElseThrow(() -> new Failure("USAGE", "expected --root-dir, but found none")));
        try {
            Files.createDirectories(directory.resolve(CLAIMS));
            Files.createDirectories(directory.resolve(REVOKED));
            Optional<OfflineRootKey> offlineKey =
                    offline == null ? Optional.empty() : Optional.of(OfflineRootKey.generate(entropy));
            try (RootKey key = RootKey.generate(organisation, offlineKey, entropy)) {
                if (offlineKey.isPresent() && offline != null) {
                    seal(session.resolve(offline), offlineKey.get().copyBytes(), options);
                    offlineKey.get().close();
                }
                seal(directory.resolve(RootOptions.SECRET_FILE), key.copyBytes(), options);
                RoleFiles.write(
                        directory.resolve(RootOptions.PUBLIC_FILE), key.root().print());
                JsonObject result = new JsonObject();
                result.addProperty("organisation", organisation);
                result.addProperty("did", key.root().did());
                result.addProperty(
                        "public", directory.resolve(RootOptions.PUBLIC_FILE).toString());
                session.output().object(result);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void seal(Path file, byte[] secret, RootOptions options) throws IOException {
        try {
            RoleFiles.writeSecret(file, options.seal.seal(session).seal(secret, entropy));
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    @Command(name = "subject", description = "Make a key for somebody who opens, in the new file FILE.")
    void subject(@Parameters(paramLabel = "FILE") Path file) {
        try (SubjectKey key = SubjectKey.generate(entropy)) {
            byte[] seed = key.copyBytes();
            String text = RoleFiles.SUBJECT + "\n" + Base64.getEncoder().encodeToString(seed) + "\n";
            Arrays.fill(seed, (byte) 0);
            RoleFiles.writeSecret(session.resolve(file), text.getBytes(StandardCharsets.US_ASCII));
            JsonObject result = new JsonObject();
            result.addProperty("did", key.did());
            result.addProperty("file", session.resolve(file).toString());
            session.output().object(result);
        }
    }

    /** What a claim says. */
    static final class ClaimOptions {
        @Option(names = "--subject", required = true, paramLabel = "DID", description = "did:key of who it is for.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        String subject;

        @Option(names = "--role", required = true, description = "Name of the role.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        String role;

        @Option(
                names = "--action",
                split = ",",
                defaultValue = "open",
                description = "open, intake (files of anybody's age), approve (default: open).")
        List<String> actions = List.of();

        @Option(
                names = "--policy",
                split = ",",
                defaultValue = "*",
                description = "Policies that it covers (default: all).")
        List<String> policies = List.of();

        @Option(names = "--hours", defaultValue = "24", description = "Good for so many hours (default: 24).")
        int hours;
    }

    @Command(name = "issue", description = "Sign a role claim; it is written to --out and kept in --root-dir.")
    void issue(
            @Option(names = "--out", required = true, paramLabel = "FILE", description = "New file.") Path out,
            @Mixin ClaimOptions options,
            @Mixin RootOptions rootOptions) {
        if (DidKey.parse(options.subject).isEmpty()) {
            throw new Failure("USAGE", "expected --subject did:key:z6Mk…, but found another text");
        }
        try (RootKey root = rootOptions.open(session)) {
            Instant now = session.clock().instant();
            RoleClaim claim = new RoleClaim(
                    ByteString.copyFrom(entropy.bytes(RoleClaim.ID_BYTES)),
                    root.root().organisation(),
                    options.subject,
                    options.role,
                    options.actions,
                    options.policies,
                    now.minus(Duration.ofMinutes(1)),
                    now.plus(Duration.ofHours(options.hours)));
            String text = RoleFiles.print(root.sign(RoleClaim.USE, StatementCodec.encode(claim), entropy));
            RoleFiles.write(session.resolve(out), text);
            RoleFiles.write(directory(rootOptions).resolve(CLAIMS).resolve(hex(claim.id())), text);
            session.output().object(json(claim, "VALID"));
        }
    }

    @Command(name = "approve", description = "Consent to what somebody else wants to open under a policy.")
    void approve(
            @Option(names = "--subject", required = true, paramLabel = "DID", description = "Who wants to open.")
                    String subject,
            @Option(names = "--policy", required = true, description = "What he wants to open.") String policy,
            @Option(names = "--subject-key", required = true, paramLabel = "FILE", description = "Your own key.")
                    Path keyFile,
            @Option(names = "--claim", required = true, paramLabel = "FILE", description = "Your own claim.")
                    Path claimFile,
            @Option(names = "--minutes", defaultValue = "60", description = "Good for so long (default: 60).")
                    int minutes,
            @Option(names = "--out", required = true, paramLabel = "FILE", description = "New file.") Path out) {
        SignedStatement claim = RoleFiles.statement(session.resolve(claimFile));
        String organisation = StatementCodec.claim(claim.statement())
                .map(RoleClaim::organisation)
                .orElseThrow(() -> new Failure("NO_CLAIM", "expected a role claim in " + claimFile));
        try (SubjectKey key = RoleFiles.subject(session.resolve(keyFile))) {
            Instant end = session.clock().instant().plus(Duration.ofMinutes(minutes));
            ByteString statement = StatementCodec.encode(new Approval(organisation, subject, policy, end, claim));
            RoleFiles.write(
                    session.resolve(out),
                    RoleFiles.print(new SignedStatement(statement, List.of(key.sign(Approval.USE, statement)))));
        }
    }

    @Command(name = "revoke", description = "Take back the claim in FILE, at all custodians of --key.")
    void revoke(
            @Parameters(paramLabel = "FILE") Path file,
            @Option(names = "--reason", required = true, description = "Why, for the record.") String reason,
            @Mixin CustodyOptions key,
            @Mixin RootOptions rootOptions) {
        RoleClaim claim = StatementCodec.claim(
                        RoleFiles.statement(session.resolve(file)).statement())
                .orElseThrow(() -> new Failure("NO_CLAIM", "expected a role claim in " + file));
        KeyRecord record = key.record(session);
        Revocation revocation = new Revocation(
                claim.organisation(),
                claim.id(),
                ByteString.EMPTY,
                reason,
                session.clock().instant());
        try (RootKey root = rootOptions.open(session);
                Channels channels = CustodyOptions.channels(session)) {
            SignedStatement statement = root.sign(Revocation.USE, StatementCodec.encode(revocation), entropy);
            Path kept = directory(rootOptions).resolve(REVOKED).resolve(hex(claim.id()));
            if (!Files.exists(kept)) {
                RoleFiles.write(kept, RoleFiles.print(statement));
            }
            session.output()
                    .rows(
                            List.of("custodian", "result"),
                            KeyRevokeVerb.tell(record, new RitualCarrier(channels), statement));
        }
    }

    @Command(name = "ls", description = "List the claims that were issued from --root-dir.")
    void ls(@Option(names = "--root-dir", required = true, paramLabel = "DIR") Path directory) {
        Path home = session.resolve(directory);
        List<JsonObject> rows = new ArrayList<>();
        try (Stream<Path> files = Files.list(home.resolve(CLAIMS))) {
            for (Path file : files.sorted().toList()) {
                StatementCodec.claim(RoleFiles.statement(file).statement()).ifPresent(claim -> {
                    boolean revoked = Files.exists(home.resolve(REVOKED).resolve(hex(claim.id())));
                    boolean expired = !session.clock().instant().isBefore(claim.notAfter());
                    rows.add(json(claim, revoked ? "REVOKED" : expired ? "EXPIRED" : "VALID"));
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected the claims of a root in " + home, e);
        }
        session.output().rows(List.of("claim", "subject", "role", "actions", "policies", "not_after", "state"), rows);
    }

    private Path directory(RootOptions options) {
        return session.resolve(Optional.ofNullable(options.directory).orElseThrow());
    }

    private static JsonObject json(RoleClaim claim, String state) {
        JsonObject row = new JsonObject();
        row.addProperty("claim", hex(claim.id()));
        row.addProperty("subject", claim.subject());
        row.addProperty("role", claim.role());
        row.addProperty("actions", String.join(",", claim.actions()));
        row.addProperty("policies", String.join(",", claim.policies()));
        row.addProperty("not_after", claim.notAfter().toString());
        row.addProperty("state", state);
        return row;
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}

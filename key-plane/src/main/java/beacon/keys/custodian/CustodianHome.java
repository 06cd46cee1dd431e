package beacon.keys.custodian;

import beacon.keys.Entropy;
import beacon.keys.authority.Condition;
import beacon.keys.authority.PolicyReader;
import beacon.keys.fragments.FragmentStore;
import beacon.keys.fragments.StoreSeal;
import beacon.keys.primitives.Hpke;
import beacon.keys.records.Words;
import beacon.keys.shares.Scalar;
import beacon.keys.signatures.OrgRoot;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A custodian's directory: {@code custodian.json} (name and organisation), {@code fragments/} (sealed), {@code records/},
 * {@code revocations/}, {@code events.jsonl}; and, put there by its administrator, {@code org-root} and
 * {@code policies.json}.
 */
public final class CustodianHome implements AutoCloseable {
    static final String CEREMONY_KEY = "ceremony-key";
    static final String SLOT_SEED = "slot-seed";

    private static final String ABOUT = "custodian.json";
    private static final String FRAGMENTS = "fragments";
    private static final String ROOT = "org-root";
    private static final String POLICIES = "policies.json";

    private final Path directory;
    private final String name;
    private final String organisation;
    private final RecordShelf records;
    private final FragmentStore fragments;

    private CustodianHome(
            Path directory, String name, String organisation, RecordShelf records, FragmentStore fragments) {
        this.directory = directory;
        this.name = name;
        this.organisation = organisation;
        this.records = records;
        this.fragments = fragments;
    }

    /** Makes a new custodian with keys of its own. */
    public static CustodianHome initialize(
            Path directory, String name, String organisation, Optional<OrgRoot> root, StoreSeal seal, Entropy entropy) {
        refuseOccupied(directory);
        RecordShelf records = new RecordShelf(directory.resolve("records"));
        FragmentStore fragments = FragmentStore.initialize(directory.resolve(FRAGMENTS), seal, records, entropy);
        Scalar ceremonyKey = Scalar.random(entropy);
        byte[] secret = ceremonyKey.encode();
        byte[] seed = entropy.bytes(Hpke.SEED_BYTES);
        fragments.storeOwn(CEREMONY_KEY, secret);
        fragments.storeOwn(SLOT_SEED, seed);
        ceremonyKey.wipe();
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(seed, (byte) 0);
        return finish(directory, name, organisation, root, records, fragments);
    }

    /** Makes a custodian of a backup. It serves once it has the present key records. */
    public static CustodianHome restore(
            Path directory, About about, InputStream backup, StoreSeal backupSeal, StoreSeal seal, Entropy entropy) {
        refuseOccupied(directory);
        RecordShelf records = new RecordShelf(directory.resolve("records"));
        FragmentStore fragments =
                FragmentStore.restore(backup, backupSeal, directory.resolve(FRAGMENTS), seal, records, entropy);
        return finish(directory, about.name(), about.organisation(), about.root(), records, fragments);
    }

    /** Who a custodian is. */
    public record About(String name, String organisation, Optional<OrgRoot> root) {}

    private static void refuseOccupied(Path directory) {
        if (Files.exists(directory.resolve(ABOUT))) {
            throw new CustodianException("expected no custodian in " + directory + ", but found one");
        }
    }

    private static CustodianHome finish(
            Path directory,
            String name,
            String organisation,
            Optional<OrgRoot> root,
            RecordShelf records,
            FragmentStore fragments) {
        StateFiles files = new StateFiles(directory);
        root.ifPresent(r -> files.write(ROOT, r.print().getBytes(StandardCharsets.US_ASCII)));
        JsonObject about = new JsonObject();
        about.addProperty("name", Words.require("custodian name", name));
        about.addProperty("organisation", Words.require("organisation", organisation));
        // Last: without it there is no custodian.
        files.write(ABOUT, (about + "\n").getBytes(StandardCharsets.UTF_8));
        return new CustodianHome(directory, name, organisation, records, fragments);
    }

    /** Opens a custodian's directory. */
    public static CustodianHome open(Path directory, StoreSeal seal, Entropy entropy) {
        JsonObject about;
        try {
            about = JsonParser.parseString(text(directory.resolve(ABOUT))
                            .orElseThrow(() -> new CustodianException(
                                    "expected a custodian in " + directory + ", but found none")))
                    .getAsJsonObject();
        } catch (JsonParseException | IllegalStateException damaged) {
            throw new CustodianException("expected JSON in " + directory.resolve(ABOUT), damaged);
        }
        RecordShelf records = new RecordShelf(directory.resolve("records"));
        FragmentStore fragments = FragmentStore.open(directory.resolve(FRAGMENTS), seal, records, entropy);
        return new CustodianHome(
                directory,
                about.get("name").getAsString(),
                about.get("organisation").getAsString(),
                records,
                fragments);
    }

    public String name() {
        return name;
    }

    public String organisation() {
        return organisation;
    }

    /** For backups and inspection. */
    public FragmentStore fragments() {
        return fragments;
    }

    RecordShelf records() {
        return records;
    }

    Path directory() {
        return directory;
    }

    /** The root that this custodian trusts; empty when it goes by certificates alone. */
    public Optional<OrgRoot> root() {
        try {
            return text(directory.resolve(ROOT)).map(OrgRoot::parse);
        } catch (IllegalArgumentException damaged) {
            throw new CustodianException("expected the organisation's root in " + directory.resolve(ROOT), damaged);
        }
    }

    Map<String, List<Condition>> policies() {
        try {
            return text(directory.resolve(POLICIES)).map(PolicyReader::read).orElse(Map.of());
        } catch (IllegalArgumentException damaged) {
            throw new CustodianException(
                    "expected policies in " + directory.resolve(POLICIES) + ": " + damaged.getMessage(), damaged);
        }
    }

    byte[] own(String secret) {
        return fragments.own(secret).orElseThrow(() -> new CustodianException("expected the custodian's " + secret));
    }

    private static Optional<String> text(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException failed) {
            throw new CustodianException("expected to read " + file, failed);
        }
    }

    @Override
    public void close() {
        fragments.close();
    }
}

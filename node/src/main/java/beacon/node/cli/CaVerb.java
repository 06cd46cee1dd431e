package beacon.node.cli;

import beacon.index.tls.TlsFiles;
import beacon.node.ca.CertificateAuthority;
import beacon.node.ca.CertificateFacts;
import beacon.node.ca.CertificateRequest;
import beacon.proto.grpc.PeerIdentity;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon ca}: certificates for members and clients. */
@Command(name = "ca", description = "Make a certificate authority, and certificates for members and clients.")
final class CaVerb implements Runnable {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    CaVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected init, issue or show");
    }

    @Command(name = "init", description = "Make a new certificate authority in DIR.")
    void init(
            @Parameters(paramLabel = "DIR") Path directory,
            @Option(
                            names = "--cluster",
                            paramLabel = "NAME",
                            defaultValue = "beacon",
                            description = "Trust domain (default: beacon).")
                    String cluster,
            @Option(
                            names = "--org",
                            paramLabel = "NAME",
                            defaultValue = "Beacon",
                            description = "Shown in the subject (default: Beacon).")
                    String organisation) {
        Path target = session.directory().resolve(directory);
        CertificateAuthority ca = CertificateAuthority.create(target, cluster, organisation, session.clock());
        JsonObject result = new JsonObject();
        result.addProperty("cluster", ca.cluster());
        result.addProperty("certificate", target.resolve(TlsFiles.CA_FILE).toString());
        result.addProperty("key", target.resolve(CertificateAuthority.KEY_FILE).toString());
        session.output().object(result);
    }

    @Command(name = "issue", description = "Issue a certificate of the authority in DIR.")
    void issue(
            @Parameters(paramLabel = "DIR") Path directory,
            @Option(names = "--name", required = true, description = "Who it is for.") String name,
            @Option(
                            names = "--kind",
                            required = true,
                            paramLabel = "KIND",
                            description = "member, client, operator or custodian.")
                    String kind,
            @Option(
                            names = "--san",
                            paramLabel = "HOST",
                            split = ",",
                            description = "Host name or IP address it is dialled as, beside localhost.")
                    @Nullable
                    List<String> hosts,
            @Option(names = "--days", defaultValue = "365", description = "Good for so many days (default: 365).")
                    int days,
            @Option(names = "--out", paramLabel = "DIR", description = "Where the files go (default: DIR/<name>).")
                    @Nullable
                    Path out) {
        PeerIdentity.Kind parsedKind = kindOf(kind);
        if (!PeerIdentity.isName(name)) {
            throw usage("expected --name of 1 to 64 characters of [A-Za-z0-9._-], but found \"" + name + "\"");
        }
        Path source = session.directory().resolve(directory);
        CertificateAuthority ca = CertificateAuthority.open(source, session.clock());
        PeerIdentity identity = new PeerIdentity(ca.cluster(), parsedKind, name);
        Path target = out == null ? source.resolve(name) : session.directory().resolve(out);
        TlsFiles files = ca.issue(
                target, new CertificateRequest(identity, hosts == null ? List.of() : hosts, Duration.ofDays(days)));
        JsonObject result = new JsonObject();
        result.addProperty("identity", identity.uri());
        result.addProperty("ca", files.ca().toString());
        result.addProperty("certificate", files.certificate().toString());
        result.addProperty("key", files.key().toString());
        session.output().object(result);
    }

    @Command(name = "show", description = "Show what the certificate in FILE says.")
    void show(@Parameters(paramLabel = "FILE") Path file) {
        CertificateFacts facts = CertificateFacts.read(session.directory().resolve(file));
        JsonObject result = new JsonObject();
        facts.identity().ifPresent(identity -> result.addProperty("identity", identity.uri()));
        facts.cluster().ifPresent(cluster -> result.addProperty("authority_of", cluster));
        result.addProperty("subject", facts.subject());
        result.addProperty("issuer", facts.issuer());
        JsonArray names = new JsonArray();
        facts.names().forEach(names::add);
        result.add("names", names);
        result.addProperty("not_before", facts.notBefore().toString());
        result.addProperty("not_after", facts.notAfter().toString());
        result.addProperty("valid_now", facts.isValidAt(session.clock().instant()));
        result.addProperty("serial", facts.serial());
        result.addProperty("sha256", facts.sha256());
        session.output().object(result);
    }

    private PeerIdentity.Kind kindOf(String text) {
        for (PeerIdentity.Kind kind : PeerIdentity.Kind.values()) {
            if (kind.word().equals(text.toLowerCase(Locale.ROOT))) {
                return kind;
            }
        }
        throw usage("expected --kind member, client, operator or custodian, but found \"" + text + "\"");
    }

    private CommandLine.ParameterException usage(String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }
}

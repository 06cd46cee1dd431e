package beacon.node.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.tls.TlsFiles;
import beacon.index.tree.note.NoteSigner;
import beacon.index.tree.note.NoteVerifier;
import beacon.proto.grpc.PeerIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateAuthorityTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-20T12:00:00Z"));

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(PeerIdentity.Kind.class)
    void issuesACertificateThatNamesItsBearer(PeerIdentity.Kind kind) throws Exception {
        CertificateAuthority ca = newAuthority();
        PeerIdentity identity = new PeerIdentity("test", kind, "m1");

        TlsFiles files = ca.issue(directory.resolve("m1"), requestFor(identity, List.of()));

        X509Certificate leaf = PemFiles.readCertificate(files.certificate());
        assertThat(PeerIdentity.of(leaf)).contains(identity);
        leaf.verify(PemFiles.readCertificate(files.ca()).getPublicKey());
        assertThat(leaf.getBasicConstraints()).as("no CA").isEqualTo(-1);
    }

    @Test
    void letsOnlyMembersServe() throws Exception {
        CertificateAuthority ca = newAuthority();
        String serverAuth = "1.3.6.1.5.5.7.3.1";
        String clientAuth = "1.3.6.1.5.5.7.3.2";

        assertThat(issued(ca, PeerIdentity.Kind.MEMBER).getExtendedKeyUsage())
                .containsExactlyInAnyOrder(serverAuth, clientAuth);
        assertThat(issued(ca, PeerIdentity.Kind.CLIENT).getExtendedKeyUsage()).containsExactly(clientAuth);
        assertThat(issued(ca, PeerIdentity.Kind.OPERATOR).getExtendedKeyUsage()).containsExactly(clientAuth);
    }

    @Test
    void namesLocalhostAndTheGivenHostsForAMember() {
        CertificateAuthority ca = newAuthority();

        TlsFiles files = ca.issue(
                directory.resolve("m1"),
                requestFor(
                        new PeerIdentity("test", PeerIdentity.Kind.MEMBER, "m1"),
                        List.of("index-1.example", "10.1.2.3", "fd00::7")));

        assertThat(CertificateFacts.read(files.certificate()).names())
                .containsExactly(
                        "localhost",
                        "127.0.0.1",
                        "0:0:0:0:0:0:0:1",
                        "index-1.example",
                        "10.1.2.3",
                        "fd00:0:0:0:0:0:0:7");
    }

    @Test
    void keepsKeysFromOtherUsers() throws Exception {
        CertificateAuthority ca = newAuthority();
        TlsFiles files = ca.issue(
                directory.resolve("m1"),
                requestFor(new PeerIdentity("test", PeerIdentity.Kind.MEMBER, "m1"), List.of()));

        for (Path key : List.of(files.key(), directory.resolve(CertificateAuthority.KEY_FILE))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void leavesExistingFilesAlone() throws Exception {
        CertificateAuthority ca = newAuthority();
        byte[] before = Files.readAllBytes(directory.resolve(CertificateAuthority.KEY_FILE));

        assertThatThrownBy(this::newAuthority).isInstanceOf(CaException.class).hasMessageContaining("ca-key.pem");

        PeerIdentity identity = new PeerIdentity("test", PeerIdentity.Kind.CLIENT, "alice");
        ca.issue(directory.resolve("alice"), requestFor(identity, List.of()));
        assertThatThrownBy(() -> ca.issue(directory.resolve("alice"), requestFor(identity, List.of())))
                .isInstanceOf(CaException.class)
                .hasMessageContaining("expected no file at");
        assertThat(directory.resolve(CertificateAuthority.KEY_FILE)).hasBinaryContent(before);
        try (Stream<Path> left = Files.list(directory.resolve("alice"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("ca.pem", "cert.pem", "key.pem");
        }
    }

    @Test
    void givesMembersAndNobodyElseTheKeyThatSignsCheckpoints() {
        CertificateAuthority ca = newAuthority();
        issued(ca, PeerIdentity.Kind.MEMBER);
        issued(ca, PeerIdentity.Kind.OPERATOR);

        String text = "test\n0\nroot\n";
        NoteSigner signer = LogKey.read(directory.resolve("member").resolve(LogKey.KEY_FILE), "test");
        NoteVerifier verifier = LogKey.readVerifier(directory.resolve(LogKey.VERIFIER_FILE));

        assertThat(verifier.name()).isEqualTo("test");
        assertThat(verifier.verifies(text, signer.signature(text))).isTrue();
        assertThat(directory.resolve("operator").resolve(LogKey.KEY_FILE)).doesNotExist();
    }

    @Test
    void issuesAgainAfterItIsOpenedAgain() {
        newAuthority();

        CertificateAuthority reopened = CertificateAuthority.open(directory, CLOCK);

        assertThat(reopened.cluster()).isEqualTo("test");
        assertThat(issued(reopened, PeerIdentity.Kind.CLIENT)
                        .getIssuerX500Principal()
                        .getName())
                .contains("Beacon CA of test");
    }

    @Test
    void refusesTheKeyOfAnotherAuthority(@TempDir Path other) throws Exception {
        newAuthority();
        CertificateAuthority.create(other, "test", "Test", CLOCK);
        Path key = directory.resolve(CertificateAuthority.KEY_FILE);
        Files.delete(key);
        Files.copy(other.resolve(CertificateAuthority.KEY_FILE), key);

        assertThatThrownBy(() -> CertificateAuthority.open(directory, CLOCK))
                .isInstanceOf(CaException.class)
                .hasMessageContaining("found that of another certificate");
    }

    @Test
    void refusesAnIdentityOfAnotherCluster() {
        CertificateAuthority ca = newAuthority();
        PeerIdentity stranger = new PeerIdentity("elsewhere", PeerIdentity.Kind.CLIENT, "alice");

        assertThatThrownBy(() -> ca.issue(directory.resolve("alice"), requestFor(stranger, List.of())))
                .isInstanceOf(CaException.class)
                .hasMessageContaining("beacon://elsewhere/client/alice");
    }

    @Test
    void refusesACertificateThatOutlivesTheAuthority() {
        CertificateAuthority ca = newAuthority();
        CertificateRequest request = new CertificateRequest(
                new PeerIdentity("test", PeerIdentity.Kind.CLIENT, "alice"), List.of(), Duration.ofDays(4000));

        assertThatThrownBy(() -> ca.issue(directory.resolve("alice"), request))
                .isInstanceOf(CaException.class)
                .hasMessageContaining("ends before its CA does");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "host/path", "-x", "[::1]", "a\nb"})
    void refusesAHostThatIsNone(String host) {
        PeerIdentity identity = new PeerIdentity("test", PeerIdentity.Kind.MEMBER, "m1");

        assertThatThrownBy(() -> requestFor(identity, List.of(host))).isInstanceOf(CaException.class);
    }

    private CertificateAuthority newAuthority() {
        return CertificateAuthority.create(directory, "test", "Test", CLOCK);
    }

    private X509Certificate issued(CertificateAuthority ca, PeerIdentity.Kind kind) {
        PeerIdentity identity = new PeerIdentity("test", kind, "x");
        TlsFiles files = ca.issue(directory.resolve(kind.word()), requestFor(identity, List.of()));
        return PemFiles.readCertificate(files.certificate());
    }

    private static CertificateRequest requestFor(PeerIdentity identity, List<String> hosts) {
        return new CertificateRequest(identity, hosts, Duration.ofDays(30));
    }
}

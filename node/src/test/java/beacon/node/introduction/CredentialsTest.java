package beacon.node.introduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.libp2p.PeerKeys;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.index.tls.TlsFiles;
import beacon.node.ca.CertificateAuthority;
import beacon.node.ca.CertificateRequest;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.grpc.PeerIdentity.Kind;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration VALIDITY = Duration.ofDays(2);
    private static final PeerId CLIENT = peer(1);
    private static final PeerId NODE = peer(2);
    private static final PeerId OTHER = peer(3);

    @TempDir
    Path directory;

    private Credentials alice;
    private Credentials node;

    private static PeerId peer(int number) {
        byte[] secret = new byte[32];
        secret[0] = (byte) number;
        return new PeerKeys(secret).peerId();
    }

    private Credentials issue(String ca, String cluster, Kind kind, String name) {
        Path home = directory.resolve(ca);
        InstantSource clock = InstantSource.fixed(NOW);
        CertificateAuthority authority = CertificateAuthority.existsIn(home)
                ? CertificateAuthority.open(home, clock)
                : CertificateAuthority.create(home, cluster, "Test", clock);
        TlsFiles files = authority.issue(
                home.resolve(name), new CertificateRequest(new PeerIdentity(cluster, kind, name), List.of(), VALIDITY));
        return Credentials.read(files);
    }

    @BeforeEach
    void issue() {
        alice = issue("ca", "test", Kind.CLIENT, "alice");
        node = issue("ca", "test", Kind.MEMBER, "s1");
    }

    private void refuses(Introduction introduction, PeerId from, PeerId to, Instant now) {
        assertThatThrownBy(() -> node.verify(introduction, from, to, now)).isInstanceOf(IntroductionException.class);
    }

    @Test
    void believesACertificateOfItsAuthorityUntilItEnds() {
        Introduction introduction =
                Introduction.decode(alice.introduce(CLIENT, NODE).encode());

        Credentials.Guest guest = node.verify(introduction, CLIENT, NODE, NOW);

        assertThat(guest.identity()).isEqualTo(new PeerIdentity("test", Kind.CLIENT, "alice"));
        assertThat(guest.until()).isEqualTo(NOW.plus(VALIDITY));
        refuses(introduction, CLIENT, NODE, NOW.plus(VALIDITY).plusSeconds(1));
    }

    @Test
    void anIntroductionIsGoodForOnePeerAtOneNodeOnly() {
        Introduction introduction = alice.introduce(CLIENT, NODE);

        refuses(introduction, OTHER, NODE, NOW);
        refuses(introduction, CLIENT, OTHER, NOW);
    }

    @Test
    void refusesTheSignatureOfAnotherKey() {
        Introduction mine = alice.introduce(CLIENT, NODE);
        Introduction theirs = node.introduce(CLIENT, NODE);

        refuses(new Introduction(mine.chain(), theirs.signature()), CLIENT, NODE, NOW);
        refuses(new Introduction(mine.chain(), ByteString.copyFromUtf8("no signature")), CLIENT, NODE, NOW);
    }

    @Test
    void refusesOtherAuthoritiesAndOtherClusters() {
        refuses(issue("other", "test", Kind.CLIENT, "alice").introduce(CLIENT, NODE), CLIENT, NODE, NOW);
        refuses(issue("third", "elsewhere", Kind.CLIENT, "alice").introduce(CLIENT, NODE), CLIENT, NODE, NOW);
    }

    @Test
    void garbageIsRefusedAndNothingElse() {
        byte[] good = alice.introduce(CLIENT, NODE).encode().toByteArray();
        Random random = new Random(20_261_121);
        for (int i = 0; i < 2_000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
            try {
                node.verify(Introduction.decode(ByteString.copyFrom(bad)), CLIENT, NODE, NOW);
            } catch (WireException | IntroductionException refused) {
                assertThat(refused).hasMessageStartingWith("expected ");
                continue;
            }
            // Only what does not count may be changed: an unknown field, or how a number is spelled.
            assertThat(Introduction.decode(ByteString.copyFrom(bad)).chain())
                    .isEqualTo(alice.introduce(CLIENT, NODE).chain());
        }
    }
}

package beacon.proto.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.proto.grpc.PeerIdentity.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdentityTest {
    @ParameterizedTest
    @EnumSource(Kind.class)
    void readsBackTheUriItPrints(Kind kind) {
        PeerIdentity identity = new PeerIdentity("beacon-1", kind, "m_1.x");

        assertThat(PeerIdentity.parse(identity.uri())).contains(identity);
    }

    @Test
    void namesTheActorByKindAndName() {
        PeerIdentity identity = new PeerIdentity("beacon", Kind.CLIENT, "alice");

        assertThat(identity.actor()).isEqualTo("client/alice");
        assertThat(identity.uri()).isEqualTo("beacon://beacon/client/alice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "beacon://beacon",
                "beacon://beacon/client/",
                "beacon://beacon/root/alice",
                "beacon://beacon/client/alice/more",
                "beacon://beacon/CLIENT/alice",
                "beacon:///client/alice",
                "beacon://beacon/client/al ice",
                "beacon://beacon/client/alice\n",
                "https://beacon/client/alice"
            })
    void takesNothingElseForAnIdentity(String uri) {
        assertThat(PeerIdentity.parse(uri)).isEmpty();
    }

    @Test
    void refusesANameThatWouldNotSurviveTheUri() {
        assertThatThrownBy(() -> new PeerIdentity("beacon", Kind.MEMBER, "a/b"))
                .hasMessageContaining("expected a peer name")
                .hasMessageContaining("a/b");
    }
}

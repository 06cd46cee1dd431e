package beacon.keys.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Bech32Test {
    @Property
    void readsWhatItPrinted(@ForAll byte[] data) {
        assertThat(Bech32.decode("age", Bech32.encode("age", data))).isEqualTo(data);
    }

    @Test
    void derivesTheRecipientOfTheSpecificationsIdentity() {
        X25519Identity identity =
                X25519Identity.parse("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");

        assertThat(identity.recipient()).hasToString("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "age1",
                "age1qqqqqq",
                "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwq",
                "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj ",
                "age1Zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
                "bge1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
            })
    void refusesWhatIsNotARecipient(String text) {
        assertThatThrownBy(() -> X25519Recipient.parse(text)).isInstanceOf(AgeException.BadKey.class);
    }
}

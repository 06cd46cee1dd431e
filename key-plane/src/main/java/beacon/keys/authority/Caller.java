package beacon.keys.authority;

/**
 * Who is at the other end of the connection, as the transport has verified.
 *
 * @param actor for instance {@code client/alice}
 * @param kind the word before the slash
 */
public record Caller(String actor, String kind) {
    public boolean isOperator() {
        return kind.equals("operator");
    }
}

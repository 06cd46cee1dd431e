package beacon.keys.custody;

import beacon.keys.shares.Point;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Points that no honest party sends. */
final class Torsion {
    /** A generator of the eight points of low order. */
    static final Point POINT = Point.decode(
                    HexFormat.of().parseHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))
            .orElseThrow();

    private static final String P_LESS_ONE = "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
    private static final String P = "ed" + P_LESS_ONE.substring(2);
    private static final String P_AND_ONE = "ee" + P_LESS_ONE.substring(2);

    private Torsion() {}

    /** Every u-coordinate of low order in every encoding, also with the bit that X25519 ignores. */
    static List<byte[]> lowOrderShares() {
        List<byte[]> shares = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Point point = Point.IDENTITY;
            for (int j = 0; j < i; j++) {
                point = point.plus(POINT);
            }
            shares.add(point.toMontgomery());
        }
        for (String outOfRange : List.of(P_LESS_ONE, P, P_AND_ONE)) {
            shares.add(HexFormat.of().parseHex(outOfRange));
        }
        for (byte[] share : List.copyOf(shares)) {
            byte[] high = share.clone();
            high[31] |= (byte) 0x80;
            shares.add(high);
        }
        return shares;
    }
}

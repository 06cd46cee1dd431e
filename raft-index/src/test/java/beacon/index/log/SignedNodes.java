package beacon.index.log;

import beacon.model.TombstoneVotes;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.TombstoneVoted;
import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Storage nodes with real keys, numbered from 1; the same number is always the same node. For tests. */
public final class SignedNodes {
    private final Map<Integer, KeyPair> keys = new TreeMap<>();

    private KeyPair key(int number) {
        return keys.computeIfAbsent(number, SignedNodes::make);
    }

    private static KeyPair make(int number) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
                private static final long serialVersionUID = 1L;

                @Override
                public void nextBytes(byte[] bytes) {
                    Arrays.fill(bytes, (byte) number);
                }
            });
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has Ed25519", e);
        }
    }

    /** Its libp2p peer id. */
    public ByteString id(int number) {
        byte[] encoded = key(number).getPublic().getEncoded();
        return ByteString.copyFrom(new byte[] {0, 0x24, 8, 1, 0x12, 0x20})
                .concat(ByteString.copyFrom(encoded, encoded.length - 32, 32));
    }

    /** The number of a node; 0 for one of nobody's here. */
    public int number(ByteString id, int among) {
        for (int number = 1; number <= among; number++) {
            if (id(number).equals(id)) {
                return number;
            }
        }
        return 0;
    }

    /** Numbers of those whose votes count, of the nodes 1 to among. */
    public int[] designated(ByteString manifest, int among) {
        Collection<ByteString> ids = new java.util.ArrayList<>();
        for (int number = 1; number <= among; number++) {
            ids.add(id(number));
        }
        return TombstoneVotes.designated(manifest, ids).stream()
                .mapToInt(id -> number(id, among))
                .toArray();
    }

    public Event joined(int number) {
        return Event.newBuilder()
                .setNodeJoined(NodeJoined.newBuilder()
                        .setNodeId(id(number))
                        .addAddresses("/ip4/192.0.2.1/tcp/4001")
                        .setFailureDomain("rack-" + number)
                        .setCapacityBytes(1L << 40))
                .build();
    }

    /** A signed vote. */
    public Event vote(int number, ByteString manifest, long proposal) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key(number).getPrivate());
            signature.update(TombstoneVotes.toSign(manifest, id(number), proposal));
            return Event.newBuilder()
                    .setTombstoneVoted(TombstoneVoted.newBuilder()
                            .setManifestCid(manifest)
                            .setNodeId(id(number))
                            .setProposal(proposal)
                            .setSignature(ByteString.copyFrom(signature.sign())))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected a signature", e);
        }
    }
}

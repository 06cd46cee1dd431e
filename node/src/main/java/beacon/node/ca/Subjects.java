package beacon.node.ca;

import beacon.proto.grpc.PeerIdentity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.util.IPAddress;

/** Names in certificates: subjects for people, alternative names for programs. */
final class Subjects {
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

    private Subjects() {}

    static X500Name named(String organisation, String commonName) {
        return new X500NameBuilder()
                .addRDN(BCStyle.O, organisation)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    static GeneralNames ofCluster(String cluster) {
        return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, "beacon://" + cluster));
    }

    /** The identity first, then every host it may be dialled as; a client that serves nothing names no host. */
    static GeneralNames of(PeerIdentity identity, List<String> hosts) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, identity.uri()));
        LinkedHashSet<String> all = new LinkedHashSet<>();
        if (identity.kind() == PeerIdentity.Kind.MEMBER) {
            all.addAll(LOOPBACK);
        }
        all.addAll(hosts);
        for (String host : all) {
            names.add(new GeneralName(isIpAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host));
        }
        return new GeneralNames(names.toArray(new GeneralName[0]));
    }

    static boolean isIpAddress(String host) {
        return IPAddress.isValid(host);
    }
}

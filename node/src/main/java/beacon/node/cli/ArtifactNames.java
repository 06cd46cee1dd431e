package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.model.Cid;
import beacon.proto.v1.ResolveRequest;

/** Artifacts as people name them: by an address that points at one, or by the CID of the manifest. */
final class ArtifactNames {
    private ArtifactNames() {}

    static Cid manifest(BeaconClient client, String artifact) {
        if (!artifact.startsWith("ucxl:")) {
            return Cid.parse(artifact);
        }
        return Cid.of(BeaconClient.await(client.resolve(
                        ResolveRequest.newBuilder().setAddress(artifact).build()))
                .getPointer()
                .getCid());
    }
}

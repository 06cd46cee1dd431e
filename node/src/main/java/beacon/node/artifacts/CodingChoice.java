package beacon.node.artifacts;

import beacon.dht.artifact.Coding;
import beacon.keys.envelope.PayloadLayout;
import beacon.node.artifacts.ArtifactException.Reason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a payload is coded on the nodes there are.
 *
 * @param coding of what is larger than one cell
 * @param cellBytes of a full block: 16 sealed chunks, fewer for wide codes, so that a stripe stays small
 * @param shortfall why it is not what was wanted, for people
 */
public record CodingChoice(Coding coding, int cellBytes, Optional<String> shortfall) {
    /** A stripe of all columns has at most so many chunks: 32 MiB. */
    private static final int CHUNKS_PER_STRIPE = 512;

    private static final int LEAST_DATA_SHARDS = 2;

    /**
     * Chooses.
     *
     * @param wanted by the writer; without it the default, or a smaller code when there are not even nodes for that and
     *     one loss
     * @throws ArtifactException when the writer wanted more than there are nodes for
     */
    public static CodingChoice of(@Nullable Coding wanted, List<FleetNode> nodes) {
        int found = (int) nodes.stream().filter(FleetNode::takesColumns).count();
        if (found == 0) {
            throw new ArtifactException(
                    Reason.NOT_ENOUGH_NODES,
                    "expected storage nodes that take blocks, but found none of %d that is up; start one with: beacon node"
                            .formatted(nodes.size()));
        }
        if (wanted != null) {
            int least = wanted.isCopies() ? 1 : wanted.dataShards() + 1;
            if (found < least) {
                throw new ArtifactException(
                        Reason.NOT_ENOUGH_NODES,
                        "expected at least %d storage nodes for %s, but found %d".formatted(least, wanted, found));
            }
            return new CodingChoice(wanted, cellBytes(wanted), Optional.empty());
        }
        Coding standard = Coding.DEFAULT;
        if (found > standard.dataShards()) {
            return new CodingChoice(standard, cellBytes(standard), Optional.empty());
        }
        int data = found - standard.parityShards();
        Coding smaller = data >= LEAST_DATA_SHARDS ? new Coding(data, standard.parityShards()) : Coding.COPIES;
        return new CodingChoice(
                smaller,
                cellBytes(smaller),
                Optional.of("expected %d storage nodes for %s, but found %d: what is larger than one block is coded %s"
                        .formatted(standard.columns(), standard, found, smaller)));
    }

    private static int cellBytes(Coding coding) {
        int chunks = Math.max(1, Math.min(PayloadLayout.CHUNKS_PER_BLOCK, CHUNKS_PER_STRIPE / coding.columns()));
        return chunks * PayloadLayout.SEALED_CHUNK_BYTES;
    }
}

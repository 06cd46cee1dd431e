package beacon.node.cli;

import beacon.dht.HostException;
import beacon.dht.Stages;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.placement.PlaceOutcome;
import beacon.dht.placement.PlacementRefusal;
import beacon.dht.placement.Receipt;
import beacon.model.Cid;
import beacon.node.blocks.BlockNode;
import beacon.node.blocks.StoreFolder;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon blocks place}: copies of blocks on another node, against receipts. */
@Command(
        name = "place",
        description = {
            "Place blocks of a store on another node (/beacon/store/1.0.0), and print its signed receipts.",
            "The node must allow the peer that `beacon blocks id` names. --timeout is for each block.",
            "Ends with 1 when a block was not taken."
        })
final class BlocksPlaceVerb implements Runnable {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Mixin
    private ListenOptions listen = new ListenOptions();

    @Option(
            names = "--to",
            paramLabel = "ADDR",
            required = true,
            description = "The node: a multiaddr that ends with /p2p and a peer id.")
    private String to = "";

    @Parameters(paramLabel = "CID", arity = "1..*")
    private List<String> cids = List.of();

    BlocksPlaceVerb(Session session) {
        this.session = session;
    }

    /** Why some block was not taken. */
    private record Shortfall(String reason, boolean notAllowed) {}

    @Override
    public void run() {
        KadPeer target = PeerAddress.parse(spec, "--to", to);
        List<Cid> wanted = cids.stream().map(Cid::parse).toList();
        int placed = 0;
        Shortfall last = null;
        PeerKeys keys;
        try (StoreFolder folder = store.open(session)) {
            keys = folder.keys();
            BlockNode.Settings settings =
                    new BlockNode.Settings(keys, listen.address(), List.of(), BuildVersion.text());
            try (BlockNode node = BlockNode.start(folder, settings)) {
                for (Cid cid : wanted) {
                    Shortfall shortfall = place(folder, node, target, cid);
                    placed += shortfall == null ? 1 : 0;
                    last = shortfall == null ? last : shortfall;
                }
            }
        }
        session.output().flush();
        if (last != null) {
            throw new Failure(
                    "NOT_PLACED",
                    "expected " + wanted.size() + " blocks to be taken, but found " + placed + "; " + last.reason(),
                    last.notAllowed() ? "allow this peer there: --allow " + keys.peerId() : null,
                    null);
        }
    }

    /** Places one block and prints what became of it; null when it was taken. */
    private @Nullable Shortfall place(StoreFolder folder, BlockNode node, KadPeer target, Cid cid) {
        ByteString bytes = folder.blocks().get(cid).orElse(null);
        if (bytes == null) {
            return refused(cid, "MISSING", "expected a good copy in the store, but found none", false);
        }
        PlaceOutcome outcome;
        try {
            outcome = node.blocks().place(target, cid, bytes, session.timeout()).join();
        } catch (CompletionException e) {
            if (Stages.cause(e) instanceof HostException host) {
                String message = host.getMessage();
                return refused(cid, host.reason().name(), message == null ? "" : message, false);
            }
            throw e;
        }
        if (outcome instanceof PlaceOutcome.Refused refused) {
            boolean notAllowed = refused.reason() == PlacementRefusal.NOT_AUTHORISED;
            return refused(cid, refused.reason().name(), refused.message(), notAllowed);
        }
        print(((PlaceOutcome.Placed) outcome).receipt());
        return null;
    }

    private void print(Receipt receipt) {
        JsonObject row = json(receipt);
        String signed = Base64.getEncoder().encodeToString(receipt.signed().toByteArray());
        row.addProperty("receipt", signed);
        session.output().streamed(row, receipt.cid() + " " + signed);
    }

    /** What a receipt says. */
    static JsonObject json(Receipt receipt) {
        JsonObject row = new JsonObject();
        row.addProperty("cid", receipt.cid().toString());
        row.addProperty("bytes", receipt.sizeBytes());
        row.addProperty("storer", receipt.storer().toString());
        row.addProperty("time", receipt.time().toString());
        return row;
    }

    private Shortfall refused(Cid cid, String reason, String message, boolean notAllowed) {
        JsonObject row = new JsonObject();
        row.addProperty("cid", cid.toString());
        row.addProperty("refused", reason);
        row.addProperty("message", message);
        session.output().streamed(row, cid + " " + reason);
        return new Shortfall(reason + ": " + message, notAllowed);
    }
}

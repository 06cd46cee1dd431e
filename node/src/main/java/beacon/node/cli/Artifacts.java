package beacon.node.cli;

import beacon.index.client.BeaconClient;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.PayloadWriter;
import beacon.keys.envelope.Recipient;
import beacon.keys.vault.SystemEntropy;
import beacon.model.Cid;
import beacon.node.custody.KeyLog;
import beacon.proto.v1.Accepted;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sealed files cut in two: the payload here, the header on the log under the payload's CID. */
final class Artifacts {
    private static final long RAW = 0x55;

    private Artifacts() {}

    static void seal(Session session, List<Recipient> recipients, ByteString keyId, Path file, @Nullable Path out)
            throws IOException {
        if (out == null) {
            throw new Failure("USAGE", "expected --out with --log, but found none");
        }
        SystemEntropy entropy = new SystemEntropy();
        MessageDigest digest = sha256();
        try (FileKey fileKey = FileKey.generate(entropy);
                BeaconClient client = session.connect();
                InputStream in = file.toString().equals("-")
                        ? session.console().in()
                        : Files.newInputStream(session.resolve(file))) {
            Header header = Header.wrap(fileKey, recipients, entropy);
            SealVerb.OutputFile.write(session, out, target -> {
                OutputStream digested = new DigestOutputStream(target, digest);
                PayloadWriter payload = new PayloadWriter(fileKey, entropy, digested);
                payload.nonce().writeTo(digested);
                in.transferTo(payload);
                payload.finish();
                // Before the file is in its place: a payload without a header opens never.
                place(session, client, cid(digest), keyId, header);
            });
        }
    }

    private static void place(Session session, BeaconClient client, Cid cid, ByteString keyId, Header header) {
        Accepted accepted = BeaconClient.await(new KeyLog(client).setHeader(cid, keyId, header, 0));
        JsonObject result = new JsonObject();
        result.addProperty("cid", cid.toString());
        result.addProperty("sequence", accepted.getFirstSequence());
        session.output().object(result);
    }

    /** Header and payload as one file that any age reads. */
    static InputStream read(Session session, Path file) throws IOException {
        Path payload = session.resolve(file);
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(payload), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        Cid cid = cid(digest);
        try (BeaconClient client = session.connect()) {
            KeyLog.Found found = new KeyLog(client)
                    .header(cid)
                    .orElseThrow(() -> new Failure("NO_HEADER", "expected a header of " + cid + " on the log"));
            return new SequenceInputStream(
                    new ByteArrayInputStream(found.header().encode()), Files.newInputStream(payload));
        }
    }

    private static Cid cid(MessageDigest digest) {
        return Cid.sha256(RAW, ByteString.copyFrom(digest.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected a JDK with SHA-256", e);
        }
    }
}

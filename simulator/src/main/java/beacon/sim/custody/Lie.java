package beacon.sim.custody;

import beacon.keys.Entropy;
import beacon.keys.opening.ItemAnswer;
import beacon.keys.opening.OpenRequest;
import beacon.keys.opening.OpeningCodec;
import beacon.keys.primitives.Hpke;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import beacon.proto.v1.SealedDecryptReply;
import beacon.proto.v1.SignedDecryptRequest;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/** Answers of a custodian that lies: well-formed, sealed to the request, of another share, with a proof of nothing. */
final class Lie {
    private Lie() {}

    static SealedDecryptReply instead(
            SealedDecryptReply honest, SignedDecryptRequest request, int items, Entropy entropy) {
        List<ItemAnswer> answers = new ArrayList<>();
        for (int i = 0; i < items; i++) {
            ByteString image = Point.baseTimes(Scalar.random(entropy), entropy).toByteString();
            ByteString proof = ByteString.copyFrom(Scalar.random(entropy).encode())
                    .concat(ByteString.copyFrom(Scalar.random(entropy).encode()));
            answers.add(new ItemAnswer(image.concat(proof), ByteString.EMPTY, ""));
        }
        OpenRequest asked = OpeningCodec.decode(request.getRequest());
        Hpke.Sealed sealed = Hpke.seal(
                asked.replyKey().toByteArray(),
                OpenRequest.answerInfo(asked.encoded()),
                OpeningCodec.encodeAnswers(answers),
                entropy);
        return honest.toBuilder()
                .setEncapsulated(ByteString.copyFrom(sealed.encapsulated()))
                .setCiphertext(ByteString.copyFrom(sealed.ciphertext()))
                .build();
    }
}

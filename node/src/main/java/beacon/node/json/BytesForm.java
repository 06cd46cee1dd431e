package beacon.node.json;

import beacon.model.Cid;
import beacon.model.NodeId;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Base64;
import java.util.HexFormat;

/** How a bytes field of the contract is written: told by its name. */
enum BytesForm {
    /** Base32 text of a CID. */
    CID {
        @Override
        String print(ByteString bytes) {
            return Cid.of(bytes).toString();
        }

        @Override
        ByteString parse(String text) {
            return Cid.parse(text).bytes();
        }
    },
    /** Base58 text of a peer id. */
    NODE_ID {
        @Override
        String print(ByteString bytes) {
            return NodeId.of(bytes).toString();
        }

        @Override
        ByteString parse(String text) {
            return NodeId.parse(text).bytes();
        }
    },
    /** Hexadecimal. */
    HEX {
        @Override
        String print(ByteString bytes) {
            return HexFormat.of().formatHex(bytes.toByteArray());
        }

        @Override
        ByteString parse(String text) {
            return ByteString.copyFrom(HexFormat.of().parseHex(text));
        }
    },
    /** Standard base64 with padding. */
    BASE64 {
        @Override
        String print(ByteString bytes) {
            return Base64.getEncoder().encodeToString(bytes.toByteArray());
        }

        @Override
        ByteString parse(String text) {
            return ByteString.copyFrom(Base64.getDecoder().decode(text));
        }
    };

    abstract String print(ByteString bytes);

    /** @throws IllegalArgumentException when the text has another form */
    abstract ByteString parse(String text);

    static BytesForm of(FieldDescriptor field) {
        String name = field.getName();
        if (name.equals("cid") || name.endsWith("_cid") || name.equals("blocks")) {
            return CID;
        }
        if (name.equals("node_id") || name.equals("nodes")) {
            return NODE_ID;
        }
        return name.equals("request_id") ? HEX : BASE64;
    }
}

package beacon.contract;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** A schema as a set of lines, each a promise: this field has this number and type, this method this request and reply. */
final class ContractSchema {
    private final SortedSet<String> lines = new TreeSet<>();

    private ContractSchema() {}

    /** The schema that the build just compiled. */
    static SortedSet<String> present() throws IOException {
        try (InputStream in = ContractSchema.class.getResourceAsStream("/beacon/v1/beacon.desc")) {
            return linesOf(FileDescriptorSet.parseFrom(in));
        }
    }

    static SortedSet<String> linesOf(FileDescriptorSet files) {
        ContractSchema schema = new ContractSchema();
        for (FileDescriptorProto file : files.getFileList()) {
            String scope = file.getPackage();
            file.getMessageTypeList().forEach(message -> schema.message(scope, message));
            file.getEnumTypeList().forEach(type -> schema.enumeration(scope, type));
            file.getServiceList().forEach(service -> schema.service(scope, service));
        }
        return Collections.unmodifiableSortedSet(schema.lines);
    }

    private void message(String scope, DescriptorProto message) {
        String name = scope + "." + message.getName();
        lines.add("message " + name);
        for (FieldDescriptorProto field : message.getFieldList()) {
            String oneof = field.hasOneofIndex()
                    ? " oneof " + message.getOneofDecl(field.getOneofIndex()).getName()
                    : "";
            lines.add("field %s.%s = %d %s %s%s%s"
                    .formatted(
                            name,
                            field.getName(),
                            field.getNumber(),
                            wordOf(field.getLabel().name()),
                            wordOf(field.getType().name()),
                            field.getTypeName().isEmpty() ? "" : " " + field.getTypeName(),
                            oneof));
        }
        message.getNestedTypeList().forEach(nested -> message(name, nested));
        message.getEnumTypeList().forEach(nested -> enumeration(name, nested));
    }

    private void enumeration(String scope, EnumDescriptorProto type) {
        type.getValueList()
                .forEach(value -> lines.add(
                        "value %s.%s.%s = %d".formatted(scope, type.getName(), value.getName(), value.getNumber())));
    }

    private void service(String scope, ServiceDescriptorProto service) {
        for (MethodDescriptorProto method : service.getMethodList()) {
            lines.add("method %s.%s/%s %s%s -> %s%s"
                    .formatted(
                            scope,
                            service.getName(),
                            method.getName(),
                            method.getClientStreaming() ? "stream " : "",
                            method.getInputType(),
                            method.getServerStreaming() ? "stream " : "",
                            method.getOutputType()));
        }
    }

    private static String wordOf(String constant) {
        return constant.substring(constant.indexOf('_') + 1).toLowerCase(java.util.Locale.ROOT);
    }

    /** Lines of the released schema that the present one breaks. */
    static List<String> broken(List<String> released, SortedSet<String> present) {
        return released.stream().filter(line -> !present.contains(line)).toList();
    }
}

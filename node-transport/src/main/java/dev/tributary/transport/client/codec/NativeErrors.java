package dev.tributary.transport.client.codec;

import dev.tributary.core.value.CodeHash;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientError.Command;
import dev.tributary.transport.client.message.ClientError.ContractFailed;
import dev.tributary.transport.client.message.ClientError.ContractMissing;
import dev.tributary.transport.client.message.ClientError.DelegateFailed;
import dev.tributary.transport.client.message.ClientError.DelegateMissing;
import dev.tributary.transport.client.message.ClientError.DelegateNotRegistered;
import dev.tributary.transport.client.message.ClientError.DeserializationError;
import dev.tributary.transport.client.message.ClientError.IncorrectState;
import dev.tributary.transport.client.message.ClientError.MissingReason;
import dev.tributary.transport.client.message.ClientError.OperationError;
import dev.tributary.transport.client.message.ClientError.Plain;
import dev.tributary.transport.client.message.ClientError.SecretForbidden;
import dev.tributary.transport.client.message.ClientError.SecretMissing;
import dev.tributary.transport.client.message.ClientError.Unhandled;
import dev.tributary.transport.client.message.ClientError.UnknownClient;
import dev.tributary.transport.client.message.DelegateKey;
import dev.tributary.transport.client.message.SecretId;
import java.util.List;

/** Errors in the native encoding. The constants and the cases are variant indexes. */
final class NativeErrors {

    private static final int DESERIALIZATION = 1;
    private static final int INCORRECT_STATE = 3;
    private static final int UNHANDLED = 6;
    private static final int UNKNOWN_CLIENT = 7;
    private static final int REQUEST = 8;
    private static final int OPERATION = 9;
    private static final int ERRORS = 14;

    private static final int CONTRACT = 0;
    private static final int DELEGATE = 1;
    private static final int REQUEST_DISCONNECT = 2;
    private static final int REQUEST_TIMEOUT = 3;
    private static final int REQUEST_ERRORS = 4;

    private static final int NOT_REGISTERED = 0;
    private static final int FAILED = 1;
    private static final int MISSING = 2;
    private static final int MISSING_SECRET = 3;
    private static final int FORBIDDEN_SECRET = 4;
    private static final int DELEGATE_ERRORS = 5;

    private static final List<Command> COMMANDS = List.of(Command.values());
    private static final List<MissingReason> MISSING_KINDS = List.of(MissingReason.values());

    private NativeErrors() {}

    static ClientError read(BincodeReader in) {
        return switch (in.variant("ErrorKind", ERRORS)) {
            case 0 -> Plain.CHANNEL_CLOSED;
            case DESERIALIZATION -> new DeserializationError(in.text("cause"));
            case 2 -> Plain.DISCONNECT;
            case INCORRECT_STATE -> new IncorrectState(NativeValues.key(in));
            case 4 -> Plain.NODE_UNAVAILABLE;
            case 5 -> Plain.TRANSPORT_PROTOCOL_DISCONNECT;
            case UNHANDLED -> new Unhandled(in.text("cause"));
            case UNKNOWN_CLIENT -> new UnknownClient(in.u64("client"));
            case REQUEST -> requestError(in);
            case OPERATION -> new OperationError(in.text("cause"));
            case 10 -> Plain.FAILED_OPERATION;
            case 11 -> Plain.SHUTDOWN;
            case 12 -> Plain.EMPTY_RING;
            default -> Plain.PEER_NOT_JOINED;
        };
    }

    private static ClientError requestError(BincodeReader in) {
        return switch (in.variant("RequestError", REQUEST_ERRORS)) {
            case CONTRACT -> contractError(in);
            case DELEGATE -> delegateError(in);
            case REQUEST_DISCONNECT -> Plain.REQUEST_DISCONNECT;
            default -> Plain.REQUEST_TIMEOUT;
        };
    }

    private static ClientError contractError(BincodeReader in) {
        int kind = in.variant("ContractError", COMMANDS.size() + MISSING_KINDS.size());
        return kind < COMMANDS.size()
                ? new ContractFailed(COMMANDS.get(kind), NativeValues.key(in), in.text("cause"))
                : new ContractMissing(MISSING_KINDS.get(kind - COMMANDS.size()), NativeValues.id(in));
    }

    private static ClientError delegateError(BincodeReader in) {
        return switch (in.variant("DelegateError", DELEGATE_ERRORS)) {
            case NOT_REGISTERED -> new DelegateNotRegistered(delegate(in));
            case FAILED -> new DelegateFailed(in.text("cause"));
            case MISSING -> new DelegateMissing(delegate(in));
            case MISSING_SECRET -> new SecretMissing(delegate(in), secret(in));
            default -> new SecretForbidden(secret(in));
        };
    }

    private static DelegateKey delegate(BincodeReader in) {
        return new DelegateKey(NativeValues.id(in), new CodeHash(in.hash("code hash")));
    }

    private static SecretId secret(BincodeReader in) {
        return new SecretId(in.bytes("secret"), new CodeHash(in.hash("secret hash")));
    }

    static BincodeWriter write(BincodeWriter out, ClientError error) {
        return switch (error.kind()) {
            case PLAIN -> plain(out, (Plain) error);
            case DESERIALIZATION_ERROR -> out.u32(DESERIALIZATION).text(((DeserializationError) error).cause());
            case INCORRECT_STATE -> NativeValues.key(out.u32(INCORRECT_STATE), ((IncorrectState) error).key());
            case UNHANDLED -> out.u32(UNHANDLED).text(((Unhandled) error).cause());
            case UNKNOWN_CLIENT -> out.u32(UNKNOWN_CLIENT).u64(((UnknownClient) error).client());
            case OPERATION_ERROR -> out.u32(OPERATION).text(((OperationError) error).cause());
            case CONTRACT_FAILED -> contractFailed(out.u32(REQUEST).u32(CONTRACT), (ContractFailed) error);
            case CONTRACT_MISSING -> contractMissing(out.u32(REQUEST).u32(CONTRACT), (ContractMissing) error);
            case DELEGATE_NOT_REGISTERED ->
                delegate(delegateError(out, NOT_REGISTERED), ((DelegateNotRegistered) error).key());
            case DELEGATE_FAILED -> delegateError(out, FAILED).text(((DelegateFailed) error).cause());
            case DELEGATE_MISSING -> delegate(delegateError(out, MISSING), ((DelegateMissing) error).key());
            case SECRET_MISSING -> {
                SecretMissing missing = (SecretMissing) error;
                yield secret(delegate(delegateError(out, MISSING_SECRET), missing.key()), missing.secret());
            }
            case SECRET_FORBIDDEN -> secret(delegateError(out, FORBIDDEN_SECRET), ((SecretForbidden) error).secret());
        };
    }

    private static BincodeWriter contractFailed(BincodeWriter out, ContractFailed failed) {
        return NativeValues.key(out.u32(COMMANDS.indexOf(failed.command())), failed.key())
                .text(failed.cause());
    }

    private static BincodeWriter contractMissing(BincodeWriter out, ContractMissing missing) {
        return out.u32(COMMANDS.size() + MISSING_KINDS.indexOf(missing.reason()))
                .raw(missing.id().bytes());
    }

    private static BincodeWriter delegateError(BincodeWriter out, int variant) {
        return out.u32(REQUEST).u32(DELEGATE).u32(variant);
    }

    private static BincodeWriter plain(BincodeWriter out, Plain plain) {
        return switch (plain) {
            case CHANNEL_CLOSED -> out.u32(0);
            case DISCONNECT -> out.u32(2);
            case NODE_UNAVAILABLE -> out.u32(4);
            case TRANSPORT_PROTOCOL_DISCONNECT -> out.u32(5);
            case FAILED_OPERATION -> out.u32(10);
            case SHUTDOWN -> out.u32(11);
            case EMPTY_RING -> out.u32(12);
            case PEER_NOT_JOINED -> out.u32(13);
            case REQUEST_DISCONNECT -> out.u32(REQUEST).u32(REQUEST_DISCONNECT);
            case REQUEST_TIMEOUT -> out.u32(REQUEST).u32(REQUEST_TIMEOUT);
        };
    }

    private static BincodeWriter delegate(BincodeWriter out, DelegateKey key) {
        return out.raw(key.id().bytes()).raw(key.code().bytes());
    }

    private static BincodeWriter secret(BincodeWriter out, SecretId secret) {
        return out.bytes(secret.name()).raw(secret.hash().bytes());
    }
}

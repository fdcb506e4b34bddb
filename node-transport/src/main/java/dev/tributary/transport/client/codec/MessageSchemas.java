package dev.tributary.transport.client.codec;

import static dev.tributary.transport.client.codec.TableSchema.bool;
import static dev.tributary.transport.client.codec.TableSchema.bytes;
import static dev.tributary.transport.client.codec.TableSchema.many;
import static dev.tributary.transport.client.codec.TableSchema.one;
import static dev.tributary.transport.client.codec.TableSchema.string;
import static dev.tributary.transport.client.codec.TableSchema.table;
import static dev.tributary.transport.client.codec.TableSchema.uint;
import static dev.tributary.transport.client.codec.TableSchema.union;

/** Descriptions of the schemas for the verifier: the tables of {@code src/main/flatbuffers}, innermost first. */
final class MessageSchemas {

    private static final TableSchema INSTANCE_ID =
            table("ContractInstanceId", bytes("data").required());

    private static final TableSchema KEY =
            table("ContractKey", one("instance", INSTANCE_ID).required(), bytes("code"));

    private static final TableSchema CODE =
            table("ContractCode", bytes("data").required(), bytes("code_hash").required());

    private static final TableSchema APPLICATION_MESSAGE = table(
            "ApplicationMessage", bytes("payload").required(), bytes("context").required(), bool("processed"));

    private static final TableSchema CONTAINER = table(
            "ContractContainer",
            union(
                            "contract",
                            table(
                                    "WasmContractV1",
                                    one("data", CODE).required(),
                                    bytes("parameters").required(),
                                    one("key", KEY).required()))
                    .required());

    private static final TableSchema UPDATE_DATA = table(
            "UpdateData",
            union(
                            "update_data",
                            table("StateUpdate", bytes("state").required()),
                            table("DeltaUpdate", bytes("delta").required()),
                            table(
                                    "StateAndDeltaUpdate",
                                    bytes("state").required(),
                                    bytes("delta").required()),
                            table(
                                    "RelatedStateUpdate",
                                    relatedTo(),
                                    bytes("state").required()),
                            table(
                                    "RelatedDeltaUpdate",
                                    relatedTo(),
                                    bytes("delta").required()),
                            table(
                                    "RelatedStateAndDeltaUpdate",
                                    relatedTo(),
                                    bytes("state").required(),
                                    bytes("delta").required()))
                    .required());

    private static final TableSchema DELEGATE_KEY =
            table("DelegateKey", bytes("key").required(), bytes("code_hash").required());

    private static final TableSchema CHUNK = table(
            "StreamChunk",
            uint("stream_id"),
            uint("index"),
            uint("total"),
            bytes("data").required());

    private static final TableSchema CONTRACT_REQUEST = table(
            "ContractRequest",
            union(
                            "contract_request",
                            table(
                                    "Put",
                                    one("container", CONTAINER).required(),
                                    bytes("wrapped_state").required(),
                                    one("related_contracts", relatedContracts()).required(),
                                    bool("subscribe"),
                                    bool("blocking_subscribe")),
                            table(
                                    "Update",
                                    one("key", KEY).required(),
                                    one("data", UPDATE_DATA).required()),
                            table(
                                    "Get",
                                    one("key", KEY).required(),
                                    bool("fetch_contract"),
                                    bool("subscribe"),
                                    bool("blocking_subscribe")),
                            table("Subscribe", one("key", KEY).required(), bytes("summary")))
                    .required());

    private static final TableSchema INBOUND = table(
            "InboundDelegateMsg",
            union(
                            "inbound",
                            APPLICATION_MESSAGE,
                            table(
                                    "UserInputResponse",
                                    uint("request_id"),
                                    one(
                                                    "response",
                                                    table(
                                                            "ClientResponse",
                                                            bytes("data").required()))
                                            .required(),
                                    bytes("delegate_context").required()))
                    .required());

    private static final TableSchema DELEGATE_REQUEST = table(
            "DelegateRequest",
            union(
                            "delegate_request",
                            table(
                                    "ApplicationMessages",
                                    one("key", DELEGATE_KEY).required(),
                                    bytes("params").required(),
                                    many("inbound", INBOUND).required()),
                            table(
                                    "RegisterDelegate",
                                    one("delegate", delegate()).required(),
                                    bytes("cipher").required(),
                                    bytes("nonce").required()),
                            table("UnregisterDelegate", one("key", DELEGATE_KEY).required()))
                    .required());

    /** Root table of requests. */
    static final TableSchema CLIENT_REQUEST = table(
            "ClientRequest",
            union(
                            "client_request",
                            CONTRACT_REQUEST,
                            DELEGATE_REQUEST,
                            table("Disconnect", string("cause")),
                            table("Authenticate", string("token").required()),
                            CHUNK)
                    .required());

    private static final TableSchema CONTRACT_RESPONSE = table(
            "ContractResponse",
            union(
                            "contract_response",
                            table(
                                    "GetResponse",
                                    one("key", KEY).required(),
                                    one("contract", CONTAINER),
                                    bytes("state").required()),
                            table("PutResponse", one("key", KEY).required()),
                            table(
                                    "UpdateNotification",
                                    one("key", KEY).required(),
                                    one("update", UPDATE_DATA).required()),
                            table(
                                    "UpdateResponse",
                                    one("key", KEY).required(),
                                    bytes("summary").required()),
                            table("NotFound", one("instance_id", INSTANCE_ID).required()),
                            table("SubscribeResponse", one("key", KEY).required(), bool("subscribed")))
                    .required());

    private static final TableSchema OUTBOUND = table(
            "OutboundDelegateMsg",
            union(
                            "inbound",
                            APPLICATION_MESSAGE,
                            table(
                                    "RequestUserInput",
                                    uint("request_id"),
                                    bytes("message"),
                                    many("responses", table("ClientResponse", bytes("data")))
                                            .required()),
                            table("ContextUpdated", bytes("context").required()))
                    .required());

    /** Root table of replies. */
    static final TableSchema HOST_RESPONSE = table(
            "HostResponse",
            union(
                            "response",
                            CONTRACT_RESPONSE,
                            table(
                                    "DelegateResponse",
                                    one("key", DELEGATE_KEY).required(),
                                    many("values", OUTBOUND).required()),
                            table("GenerateRandData", bytes("wrapped_state").required()),
                            table("Ok", string("msg").required()),
                            table("Error", string("msg").required()),
                            CHUNK)
                    .required());

    private MessageSchemas() {}

    private static TableSchema.Field relatedTo() {
        return one("related_to", INSTANCE_ID).required();
    }

    private static TableSchema relatedContracts() {
        TableSchema related = table(
                "RelatedContract",
                one("instance_id", INSTANCE_ID).required(),
                bytes("state").required());
        return table("RelatedContracts", many("contracts", related).required());
    }

    private static TableSchema delegate() {
        TableSchema code = table(
                "DelegateCode", bytes("data").required(), bytes("code_hash").required());
        TableSchema wasm = table(
                "WasmDelegateV1",
                bytes("parameters").required(),
                one("data", code).required(),
                one("key", DELEGATE_KEY).required());
        return table("DelegateContainer", union("delegate", wasm).required());
    }
}

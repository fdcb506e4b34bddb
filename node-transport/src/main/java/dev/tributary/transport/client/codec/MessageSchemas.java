package dev.tributary.transport.client.codec;

import static dev.tributary.transport.client.codec.TableSchema.bool;
import static dev.tributary.transport.client.codec.TableSchema.bytes;
import static dev.tributary.transport.client.codec.TableSchema.string;
import static dev.tributary.transport.client.codec.TableSchema.table;
import static dev.tributary.transport.client.codec.TableSchema.tableField;
import static dev.tributary.transport.client.codec.TableSchema.tableVector;
import static dev.tributary.transport.client.codec.TableSchema.uint;
import static dev.tributary.transport.client.codec.TableSchema.union;

/** Descriptions of the schemas for the verifier: the tables of {@code src/main/flatbuffers}, innermost first. */
final class MessageSchemas {

    private static final TableSchema INSTANCE_ID =
            table("ContractInstanceId", bytes("data").asRequired());

    private static final TableSchema KEY =
            table("ContractKey", tableField("instance", INSTANCE_ID).asRequired(), bytes("code"));

    private static final TableSchema CODE =
            table("ContractCode", bytes("data").asRequired(), bytes("code_hash").asRequired());

    private static final TableSchema APPLICATION_MESSAGE = table(
            "ApplicationMessage",
            bytes("payload").asRequired(),
            bytes("context").asRequired(),
            bool("processed"));

    private static final TableSchema CONTAINER = table(
            "ContractContainer",
            union(
                            "contract",
                            table(
                                    "WasmContractV1",
                                    tableField("data", CODE).asRequired(),
                                    bytes("parameters").asRequired(),
                                    tableField("key", KEY).asRequired()))
                    .asRequired());

    private static final TableSchema UPDATE_DATA = table(
            "UpdateData",
            union(
                            "update_data",
                            table("StateUpdate", bytes("state").asRequired()),
                            table("DeltaUpdate", bytes("delta").asRequired()),
                            table(
                                    "StateAndDeltaUpdate",
                                    bytes("state").asRequired(),
                                    bytes("delta").asRequired()),
                            table(
                                    "RelatedStateUpdate",
                                    relatedTo(),
                                    bytes("state").asRequired()),
                            table(
                                    "RelatedDeltaUpdate",
                                    relatedTo(),
                                    bytes("delta").asRequired()),
                            table(
                                    "RelatedStateAndDeltaUpdate",
                                    relatedTo(),
                                    bytes("state").asRequired(),
                                    bytes("delta").asRequired()))
                    .asRequired());

    private static final TableSchema DELEGATE_KEY =
            table("DelegateKey", bytes("key").asRequired(), bytes("code_hash").asRequired());

    private static final TableSchema CHUNK = table(
            "StreamChunk",
            uint("stream_id"),
            uint("index"),
            uint("total"),
            bytes("data").asRequired());

    private static final TableSchema CONTRACT_REQUEST = table(
            "ContractRequest",
            union(
                            "contract_request",
                            table(
                                    "Put",
                                    tableField("container", CONTAINER).asRequired(),
                                    bytes("wrapped_state").asRequired(),
                                    tableField("related_contracts", relatedContracts())
                                            .asRequired(),
                                    bool("subscribe"),
                                    bool("blocking_subscribe")),
                            table(
                                    "Update",
                                    tableField("key", KEY).asRequired(),
                                    tableField("data", UPDATE_DATA).asRequired()),
                            table(
                                    "Get",
                                    tableField("key", KEY).asRequired(),
                                    bool("fetch_contract"),
                                    bool("subscribe"),
                                    bool("blocking_subscribe")),
                            table("Subscribe", tableField("key", KEY).asRequired(), bytes("summary")))
                    .asRequired());

    private static final TableSchema INBOUND = table(
            "InboundDelegateMsg",
            union(
                            "inbound",
                            APPLICATION_MESSAGE,
                            table(
                                    "UserInputResponse",
                                    uint("request_id"),
                                    tableField(
                                                    "response",
                                                    table(
                                                            "ClientResponse",
                                                            bytes("data").asRequired()))
                                            .asRequired(),
                                    bytes("delegate_context").asRequired()))
                    .asRequired());

    private static final TableSchema DELEGATE_REQUEST = table(
            "DelegateRequest",
            union(
                            "delegate_request",
                            table(
                                    "ApplicationMessages",
                                    tableField("key", DELEGATE_KEY).asRequired(),
                                    bytes("params").asRequired(),
                                    tableVector("inbound", INBOUND).asRequired()),
                            table(
                                    "RegisterDelegate",
                                    tableField("delegate", delegate()).asRequired(),
                                    bytes("cipher").asRequired(),
                                    bytes("nonce").asRequired()),
                            table(
                                    "UnregisterDelegate",
                                    tableField("key", DELEGATE_KEY).asRequired()))
                    .asRequired());

    /** Root table of requests. */
    static final TableSchema CLIENT_REQUEST = table(
            "ClientRequest",
            union(
                            "client_request",
                            CONTRACT_REQUEST,
                            DELEGATE_REQUEST,
                            table("Disconnect", string("cause")),
                            table("Authenticate", string("token").asRequired()),
                            CHUNK)
                    .asRequired());

    private static final TableSchema CONTRACT_RESPONSE = table(
            "ContractResponse",
            union(
                            "contract_response",
                            table(
                                    "GetResponse",
                                    tableField("key", KEY).asRequired(),
                                    tableField("contract", CONTAINER),
                                    bytes("state").asRequired()),
                            table("PutResponse", tableField("key", KEY).asRequired()),
                            table(
                                    "UpdateNotification",
                                    tableField("key", KEY).asRequired(),
                                    tableField("update", UPDATE_DATA).asRequired()),
                            table(
                                    "UpdateResponse",
                                    tableField("key", KEY).asRequired(),
                                    bytes("summary").asRequired()),
                            table(
                                    "NotFound",
                                    tableField("instance_id", INSTANCE_ID).asRequired()),
                            table("SubscribeResponse", tableField("key", KEY).asRequired(), bool("subscribed")))
                    .asRequired());

    private static final TableSchema OUTBOUND = table(
            "OutboundDelegateMsg",
            union(
                            "inbound",
                            APPLICATION_MESSAGE,
                            table(
                                    "RequestUserInput",
                                    uint("request_id"),
                                    bytes("message"),
                                    tableVector("responses", table("ClientResponse", bytes("data")))
                                            .asRequired()),
                            table("ContextUpdated", bytes("context").asRequired()))
                    .asRequired());

    /** Root table of replies. */
    static final TableSchema HOST_RESPONSE = table(
            "HostResponse",
            union(
                            "response",
                            CONTRACT_RESPONSE,
                            table(
                                    "DelegateResponse",
                                    tableField("key", DELEGATE_KEY).asRequired(),
                                    tableVector("values", OUTBOUND).asRequired()),
                            table("GenerateRandData", bytes("wrapped_state").asRequired()),
                            table("Ok", string("msg").asRequired()),
                            table("Error", string("msg").asRequired()),
                            CHUNK)
                    .asRequired());

    private MessageSchemas() {}

    private static TableField relatedTo() {
        return tableField("related_to", INSTANCE_ID).asRequired();
    }

    private static TableSchema relatedContracts() {
        TableSchema related = table(
                "RelatedContract",
                tableField("instance_id", INSTANCE_ID).asRequired(),
                bytes("state").asRequired());
        return table("RelatedContracts", tableVector("contracts", related).asRequired());
    }

    private static TableSchema delegate() {
        TableSchema code = table(
                "DelegateCode", bytes("data").asRequired(), bytes("code_hash").asRequired());
        TableSchema wasm = table(
                "WasmDelegateV1",
                bytes("parameters").asRequired(),
                tableField("data", code).asRequired(),
                tableField("key", DELEGATE_KEY).asRequired());
        return table("DelegateContainer", union("delegate", wasm).asRequired());
    }
}

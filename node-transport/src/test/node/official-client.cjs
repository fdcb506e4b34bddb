// Drives the official TypeScript client, so that its bytes and ours can be held against each other.
//
//   node official-client.cjs DIRECTORY requests          what it sends for the worked examples, "name = hex" a line
//   node official-client.cjs DIRECTORY answers < FILE    what it makes of each line "name = hex": "name = call(json)"
//   node official-client.cjs DIRECTORY talk URL WASM     every operation against a node, with the contract in WASM:
//                                                        a line "call(json)" for each that its handler hears, those
//                                                        of a second connection, which only subscribes, with "second "
//                                                        before them. Exit code 0 if all were answered in a minute
//
// DIRECTORY holds node_modules with @freenetorg/freenet-stdlib (0.0.8 or later), and ws for talk.
"use strict";

const path = require("node:path");
const fs = require("node:fs");
const { createRequire } = require("node:module");

const [directory, mode, url, wasm] = process.argv.slice(2);
if (!directory || !mode) {
  console.error("usage: node official-client.cjs DIRECTORY requests|answers|talk [URL WASM]");
  process.exit(2);
}
const requireThere = createRequire(path.join(path.resolve(directory), "package.json"));

const CODE = Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
const CODE_HASH = Buffer.from("0d66d411a21e80d93afa1487b002a1867432c04ba1d08dc790d259639f6a69c4", "hex");
const ID = Buffer.from("b49320d530a8e8abe6724533c5ab036eca2adab85cf7bfba2e657c5be2868c27", "hex");
const PARAMETERS = [1, 2, 3];

// The client looks for these two as in a browser.
const sent = [];
class StandInSocket {
  constructor() {
    this.listeners = {};
  }
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
  send(bytes) {
    sent.push(Buffer.from(bytes));
  }
  close() {}
}
globalThis.document ??= { cookie: "" };
globalThis.WebSocket = mode === "talk" ? requireThere("ws") : StandInSocket;

const stdlib = requireThere("@freenetorg/freenet-stdlib");
const common = requireThere("@freenetorg/freenet-stdlib/common");
const requests = requireThere("@freenetorg/freenet-stdlib/client-request");

const bytes = (text) => Array.from(Buffer.from(text));

function key(code = true) {
  return new stdlib.ContractKey(Uint8Array.from(ID), code ? Uint8Array.from(CODE_HASH) : undefined);
}

function put(state, subscribe, wasmCode = CODE) {
  const code = new common.ContractCodeT(Array.from(wasmCode), Array.from(CODE_HASH));
  const contract = new stdlib.WasmContractV1(code, PARAMETERS, key());
  const container = new stdlib.ContractContainer(common.ContractType.WasmContractV1, contract);
  return new stdlib.PutRequest(container, state, new requests.RelatedContractsT([]), subscribe);
}

function update(of, type, payload) {
  return new stdlib.UpdateRequest(of, new stdlib.UpdateData(type, payload));
}

const stateUpdate = (text, of = key()) =>
  update(of, common.UpdateDataType.StateUpdate, new stdlib.StateUpdate(bytes(text)));
const deltaUpdate = (text, of = key()) =>
  update(of, common.UpdateDataType.DeltaUpdate, new stdlib.DeltaUpdate(bytes(text)));

function handler(report) {
  return {
    onContractPut: (answer) => report("put", answer),
    onContractGet: (answer) => report("get", answer),
    onContractUpdate: (answer) => report("update", answer),
    onContractUpdateNotification: (answer) => report("notification", answer),
    onContractNotFound: (id) => report("notFound", Array.from(id)),
    onSubscribeResponse: (of, subscribed) => report("subscribe", { key: of, subscribed }),
    onDelegateResponse: (answer) => report("delegate", answer),
    onErr: (error) => report("error", error),
    onOpen: () => report("open", null),
    onClose: (code, reason) => report("close", { code, reason }),
  };
}

// The client's timers would keep the process: it ends when everything is printed.
const exit = (code) => process.stdout.write("", () => process.exit(code));

const quiet = (promise) => Promise.resolve(promise).catch(() => {});

function printRequests() {
  const api = new stdlib.FreenetWsApi(new URL("ws://127.0.0.1:1/"), handler(() => {}), "tok");
  const examples = [
    ['Authenticate "tok" (sent on open)', () => api.ws.listeners.open({})],
    ["PUT subscribe=true", () => api.put(put(bytes("hi"), true))],
    ["PUT subscribe=false", () => api.put(put(bytes("hi"), false))],
    ["GET fetch_contract=false (key from instance id only)", () => api.get(new stdlib.GetRequest(key(false), false))],
    ["GET fetch_contract=true subscribe=true", () => api.get(new stdlib.GetRequest(key(), true, true))],
    ["SUBSCRIBE (default empty summary)", () => api.subscribe(new stdlib.SubscribeRequest(key()))],
    ['UPDATE StateUpdate "yo"', () => api.update(stateUpdate("yo"))],
    ['UPDATE DeltaUpdate "!"', () => api.update(deltaUpdate("!"))],
    ["Disconnect (no cause)", () => api.disconnect(new stdlib.DisconnectRequest())],
    ['Disconnect cause="bye"', () => api.disconnect(new stdlib.DisconnectRequest("bye"))],
    ["PUT of 600000 bytes", () => api.put(put(Array(600_000).fill(7), false))],
  ];
  for (const [name, send] of examples) {
    sent.length = 0;
    quiet(send());
    sent.forEach((frame) => console.log(`${name} = ${frame.toString("hex")}`));
  }
  exit(0);
}

function printAnswers() {
  let name = "";
  const print = (call, argument) => console.log(`${name} = ${call}(${JSON.stringify(argument)})`);
  const api = new stdlib.FreenetWsApi(new URL("ws://127.0.0.1:1/"), handler(print));
  for (const line of fs.readFileSync(0, "utf8").split("\n").filter((one) => one.includes(" = "))) {
    const equals = line.lastIndexOf(" = ");
    name = line.slice(0, equals);
    const data = Uint8Array.from(Buffer.from(line.slice(equals + 3), "hex")).buffer;
    const failure = api.ws.onmessage({ data });
    if (failure) print("failure", String(failure));
  }
  exit(0);
}

// One request after the other, each when the one before it was answered, be it with an error: a client that is too old
// for an answer says that it is one.
function talk() {
  const code = fs.readFileSync(wasm);
  const unknown = new stdlib.ContractKey(new Uint8Array(32).fill(9));
  let published = unknown;
  let first;
  let second;
  const steps = [
    () => quiet(first.put(put(bytes("hi"), false, code))),
    () => quiet(first.get(new stdlib.GetRequest(published, true))),
    () => quiet(first.get(new stdlib.GetRequest(published, false))),
    () => (second = connect("second ", () => second.subscribe(new stdlib.SubscribeRequest(published)))),
    () => quiet(first.update(stateUpdate("yo", published))),
    () => quiet(first.update(deltaUpdate("!", published))),
    () => quiet(first.get(new stdlib.GetRequest(unknown))),
    () => first.disconnect(new stdlib.DisconnectRequest("bye")),
  ];

  function connect(prefix, onOpen) {
    const report = (call, argument) => {
      console.log(`${prefix}${call}(${JSON.stringify(argument)})`);
      if (call === "put") published = new stdlib.ContractKey(Uint8Array.from(argument.key.instance.data));
      if (call === "open") onOpen();
      else if (call !== "notification" && call !== "close") steps.shift()?.();
    };
    return new stdlib.FreenetWsApi(new URL(url), handler(report));
  }

  first = connect("", () => steps.shift()());
  first.ws.addEventListener("close", () => exit(steps.length));
  setTimeout(() => exit(1), 60_000);
}

({ requests: printRequests, answers: printAnswers, talk })[mode]();

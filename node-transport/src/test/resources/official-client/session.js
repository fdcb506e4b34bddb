// Runs a session of an application with the official library. A failed expectation ends the process with a message.
'use strict';
const fs = require('node:fs');
const [url, modules, casesFile] = process.argv.slice(2);
const library = modules + '/@freenetorg/freenet-stdlib';
const { FreenetWsApi, PutRequest, GetRequest, UpdateRequest, SubscribeRequest, ContractKey, ContractContainer,
  WasmContractV1, UpdateData, StateUpdate, DeltaUpdate, DisconnectRequest } = require(library + '/websocket-interface.js');
const { ContractCodeT, ContractType, UpdateDataType } = require(library + '/common.js');
const { RelatedContractsT } = require(library + '/client-request.js');

// Browser globals that the library needs; older versions of Node.js have no built-in WebSocket.
globalThis.WebSocket = require(modules + '/ws');
globalThis.document = globalThis.document || { cookie: '' };
const cases = JSON.parse(fs.readFileSync(casesFile, 'utf8'));
const bytes = (hex) => Array.from(Buffer.from(hex, 'hex'));
const hex = (data) => Buffer.from(data).toString('hex');

function expect(what, actual, expected) {
  if (actual !== expected) {
    console.error(what + ': expected ' + expected + ', was ' + actual);
    process.exit(1);
  }
  console.log('ok ' + what);
}

// A connection with a queue of its events, which are read one at a time.
class Client {
  constructor() {
    this.events = [];
    this.waiting = [];
    const handler = (kind) => (value) => this.received({ kind, value });
    this.opened = new Promise((resolve) => {
      this.api = new FreenetWsApi(new URL(url), {
        onContractPut: handler('put'),
        onContractGet: handler('get'),
        onContractUpdate: handler('update'),
        onContractUpdateNotification: handler('notification'),
        onDelegateResponse: handler('delegate'),
        onErr: handler('error'),
        onOpen: resolve,
      });
    });
  }

  received(event) {
    if (this.waiting.length > 0) this.waiting.shift()(event);
    else this.events.push(event);
  }

  async next(kind) {
    const event = this.events.length > 0 ? this.events.shift() : await new Promise((resolve) => this.waiting.push(resolve));
    expect('next is ' + kind, event.kind, kind);
    return event.value;
  }
}

function put(state) {
  const key = new ContractKey(new Uint8Array(32), new Uint8Array(32));
  const code = new ContractCodeT(bytes(cases.code), [1, 2, 3, 4, 5, 6, 7, 8]);
  const contract = new WasmContractV1(code, bytes(cases.parameters), key);
  return new PutRequest(
    new ContractContainer(ContractType.WasmContractV1, contract), bytes(state), new RelatedContractsT([]));
}

async function main() {
  const writer = new Client();
  const reader = new Client();
  await Promise.all([writer.opened, reader.opened]);
  const key = ContractKey.fromInstanceId(cases.id);

  await writer.api.get(new GetRequest(key, false));
  await writer.next('error'); // this version of the library has no "not found" message

  await writer.api.put(put(cases.first));
  expect('key of the put', (await writer.next('put')).key.encode(), cases.id);

  await writer.api.get(new GetRequest(key, false));
  const plain = await writer.next('get');
  expect('state', hex(plain.state), cases.first);
  expect('no contract', plain.contract, null);
  expect('code hash', hex(plain.key.codePart()), cases.codeHash);

  await writer.api.get(new GetRequest(key, true));
  const whole = await writer.next('get');
  expect('code', hex(whole.contract.contract.data.data), cases.code);
  expect('parameters', hex(whole.contract.contract.parameters), cases.parameters);

  await reader.api.subscribe(new SubscribeRequest(key));
  await reader.next('error'); // this version of the library has no "subscribed" message

  await writer.api.update(new UpdateRequest(key, new UpdateData(UpdateDataType.StateUpdate, new StateUpdate(bytes(cases.second)))));
  expect('key of the update', (await writer.next('update')).key.encode(), cases.id);
  const first = await reader.next('notification');
  expect('state of the first notification', hex(first.update.updateData.state), cases.afterSecond);

  await writer.api.update(new UpdateRequest(key, new UpdateData(UpdateDataType.DeltaUpdate, new DeltaUpdate(bytes(cases.third)))));
  await writer.next('update');
  const second = await reader.next('notification');
  expect('state of the second notification', hex(second.update.updateData.state), cases.afterThird);

  await writer.api.put(put(cases.invalid));
  await writer.next('error');

  await writer.api.disconnect(new DisconnectRequest('done'));
  await reader.api.disconnect(new DisconnectRequest('done'));
  console.log('done');
  process.exit(0);
}

main().catch((failure) => {
  console.error(failure);
  process.exit(1);
});

// Shows and increments a counter, in the native encoding of the node's client API. The contract's id and the signed states
// of its only writer are in counter.js, so the writer's key is not published.
'use strict';
const ID = 32;
const SLOT = 2 + 8 + 64;
const value = document.getElementById('value');
const fromHex = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const id = fromHex(counter.id);
let count = 0;

const number = (size, n) => {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 8) view.setBigUint64(0, BigInt(n), true);
  else view.setUint32(0, n, true);
  return new Uint8Array(view.buffer);
};

const CONTRACT_REQUEST = number(4, 1);
const UPDATE = number(4, 1);
const GET = number(4, 2);
const WHOLE_STATE = number(4, 0);
const GET_ANSWER = 0;
const UPDATE_NOTIFICATION = 2;

const socket = new WebSocket('ws://' + location.host + '/v1/contract/command?encodingProtocol=native');
socket.binaryType = 'arraybuffer';
const send = (...parts) => socket.send(Uint8Array.from(parts.flatMap((part) => [...part])));

// Requests the state without the code, and subscribes to changes.
socket.onopen = () => send(CONTRACT_REQUEST, GET, id, [0, 1, 0]);
socket.onclose = (event) => { value.textContent = 'closed: ' + event.code; };
socket.onmessage = (event) => {
  const view = new DataView(event.data);
  const [error, kind, answer] = [0, 4, 8].map((at) => view.getUint32(at, true));
  if (error || kind !== 0) {
    value.textContent = 'error';
  } else if (answer === GET_ANSWER) {
    show(view, 12 + 2 * ID + 1);
  } else if (answer === UPDATE_NOTIFICATION) {
    show(view, 12 + 2 * ID + 4);
  }
};

function show(view, at) {
  const end = at + 8 + Number(view.getBigUint64(at, true));
  count = 0;
  for (let slot = at + 8; slot < end; slot += SLOT) count += Number(view.getBigUint64(slot + 2));
  value.textContent = count;
  document.title = 'Counter: ' + count;
}

document.getElementById('more').onclick = () => {
  const state = fromHex(counter.states[count]);
  send(CONTRACT_REQUEST, UPDATE, id, new Uint8Array(ID), WHOLE_STATE, number(8, state.length), state);
};

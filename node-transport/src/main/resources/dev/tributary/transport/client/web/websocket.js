// Runs in the application: a WebSocket that the shell opens, since a page with an opaque origin cannot.
(function () {
  'use strict';
  const shell = window.parent;
  const sockets = new Map();
  let count = 0;

  function toShell(type, id, more, transfer) {
    shell.postMessage(Object.assign({ __freenet_ws__: true, type: type, id: id }, more), '*', transfer || []);
  }

  class ShellWebSocket extends EventTarget {
    constructor(url, protocols) {
      super();
      this.url = String(new URL(url, location.href.replace(/^http/, 'ws')));
      this.readyState = ShellWebSocket.CONNECTING;
      this.binaryType = 'blob';
      this.protocol = '';
      this.extensions = '';
      this.bufferedAmount = 0;
      this.onopen = this.onmessage = this.onerror = this.onclose = null;
      this._id = ++count;
      sockets.set(this._id, this);
      toShell('open', this._id, { url: this.url, protocols: protocols === undefined ? [] : [].concat(protocols) });
    }

    send(data) {
      if (this.readyState === ShellWebSocket.CONNECTING) {
        throw new DOMException('the WebSocket is not open yet', 'InvalidStateError');
      }
      if (this.readyState !== ShellWebSocket.OPEN) return;
      if (data instanceof Blob) {
        data.arrayBuffer().then((bytes) => this._send(bytes));
      } else if (ArrayBuffer.isView(data)) {
        this._send(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
      } else if (data instanceof ArrayBuffer) {
        this._send(data.slice(0));
      } else {
        toShell('send', this._id, { data: String(data) });
      }
    }

    _send(bytes) {
      toShell('send', this._id, { data: bytes }, [bytes]);
    }

    close(code, reason) {
      if (this.readyState >= ShellWebSocket.CLOSING) return;
      this.readyState = ShellWebSocket.CLOSING;
      toShell('close', this._id, { code: code, reason: reason });
    }

    _fire(event) {
      const handler = this['on' + event.type];
      if (typeof handler === 'function') handler.call(this, event);
      this.dispatchEvent(event);
    }

    _receive(message) {
      if (message.type === 'open') {
        this.readyState = ShellWebSocket.OPEN;
        this._fire(new Event('open'));
      } else if (message.type === 'message') {
        const wrap = message.data instanceof ArrayBuffer && this.binaryType === 'blob';
        this._fire(new MessageEvent('message', { data: wrap ? new Blob([message.data]) : message.data }));
      } else if (message.type === 'error') {
        this._fire(new Event('error'));
      } else if (message.type === 'close') {
        sockets.delete(this._id);
        this.readyState = ShellWebSocket.CLOSED;
        this._fire(new CloseEvent('close', { code: message.code, reason: message.reason, wasClean: message.code !== 1006 }));
      }
    }
  }

  ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((name, value) => {
    Object.defineProperty(ShellWebSocket, name, { value: value });
    Object.defineProperty(ShellWebSocket.prototype, name, { value: value });
  });

  window.addEventListener('message', (event) => {
    const message = event.data;
    if (event.source !== shell || !message || message.__freenet_ws__ !== true) return;
    const socket = sockets.get(message.id);
    if (socket) socket._receive(message);
  });
  window.WebSocket = ShellWebSocket;
})();

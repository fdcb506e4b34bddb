// Runs in the shell: opens WebSockets for the application in the frame, and performs actions that its sandbox forbids.
(function () {
  'use strict';
  const MAX_SOCKETS = 32;
  const STALE_TOKEN = 4401;
  const MAX_RELOADS = 3;
  const MINUTE = 60000;
  const frame = document.getElementById('app');
  const sockets = new Map();
  const lastTime = new Map();

  function toApp(message, transfer) {
    frame.contentWindow.postMessage(message, '*', transfer || []);
  }

  // Rate limit: returns whether an action is allowed now, at most once per interval in milliseconds.
  function allowed(act, interval) {
    const now = Date.now();
    if (now - (lastTime.get(act) || -interval) < interval) return false;
    lastTime.set(act, now);
    return true;
  }

  function text(value, most) {
    return typeof value === 'string' ? value.slice(0, most) : '';
  }

  // ---- WebSockets -------------------------------------------------------------------------------------------------

  function socketMessage(type, id, more) {
    return Object.assign({ __freenet_ws__: true, type: type, id: id }, more);
  }

  function ownSocketUrl(raw) {
    const url = new URL(raw, location.href);
    if ((url.protocol !== 'ws:' && url.protocol !== 'wss:') || url.host !== location.host) return null;
    url.searchParams.delete('authToken');
    url.searchParams.delete('userToken');
    url.searchParams.set('authToken', shell.token);
    return url.href;
  }

  function openSocket(message) {
    const id = message.id;
    let socket;
    try {
      const url = ownSocketUrl(message.url);
      if (url === null || sockets.size >= MAX_SOCKETS || sockets.has(id)) throw new Error('refused');
      socket = message.protocols && message.protocols.length ? new WebSocket(url, message.protocols) : new WebSocket(url);
    } catch (refused) {
      toApp(socketMessage('error', id));
      toApp(socketMessage('close', id, { code: 1006, reason: '' }));
      return;
    }
    socket.binaryType = 'arraybuffer';
    sockets.set(id, socket);
    socket.onopen = () => toApp(socketMessage('open', id));
    socket.onerror = () => toApp(socketMessage('error', id));
    socket.onmessage = (event) =>
      toApp(socketMessage('message', id, { data: event.data }), event.data instanceof ArrayBuffer ? [event.data] : []);
    socket.onclose = (event) => {
      sockets.delete(id);
      toApp(socketMessage('close', id, { code: event.code, reason: event.reason }));
      if (event.code === STALE_TOKEN) reloadShell();
    };
  }

  function onSocketMessage(message) {
    const socket = sockets.get(message.id);
    if (message.type === 'open') {
      openSocket(message);
    } else if (message.type === 'send' && socket && socket.readyState === WebSocket.OPEN) {
      socket.send(message.data);
    } else if (message.type === 'close' && socket) {
      const code = message.code >= 4000 && message.code <= 4999 ? 1000 : message.code;
      try {
        socket.close(code || 1000, text(message.reason, 120));
      } catch (badCode) {
        socket.close();
      }
    }
  }

  // The token is invalid, for example after a restart of the node: reload the shell to get a new one.
  function reloadShell() {
    const url = new URL(location.href);
    const [start, count] = (url.searchParams.get('_freload') || '').split('-').map(Number);
    const fresh = !(Date.now() - start < MINUTE);
    if (!fresh && count >= MAX_RELOADS) return;
    url.searchParams.set('_freload', (fresh ? Date.now() : start) + '-' + (fresh ? 1 : count + 1));
    location.replace(url.href);
  }

  // ---- requests of the page to its shell --------------------------------------------------------------------------

  function download(message) {
    const types = ['application/json', 'application/octet-stream', 'text/plain', 'text/csv'];
    if (text(message.base64, Infinity).length > 14 * 1024 * 1024 || !types.includes(message.mimeType)) return;
    if (!allowed('download', 2000)) return;
    const link = document.createElement('a');
    link.href = 'data:' + message.mimeType + ';base64,' + message.base64;
    link.download = text(message.filename, 200).replace(/[\/\\]/g, '_') || 'download';
    link.click();
  }

  // The URL of an application on this server without the parameters of the shell; null for any other.
  function ownPage(href) {
    if (typeof href !== 'string' || href.length > 4096) return null;
    const url = new URL(href, location.href);
    if (url.origin !== location.origin || !/^\/v[12]\/contract\/web\/[^/]+\//.test(url.pathname)) return null;
    for (const name of [...url.searchParams.keys()]) {
      if (name.startsWith('__sandbox') || name.startsWith('authToken')) url.searchParams.delete(name);
    }
    return url;
  }

  function navigate(href) {
    const url = ownPage(href);
    if (url === null) return;
    if (!url.pathname.startsWith(shell.prefix)) {
      location.assign(url.href);
      return;
    }
    history.pushState(null, '', url.pathname + url.search + url.hash);
    show(url);
  }

  function isLoopback(host) {
    return host === 'localhost' || host.endsWith('.localhost') || /^127\./.test(host) || host === '[::1]' || host === '0.0.0.0';
  }

  function openUrl(href) {
    let url = ownPage(href);
    if (url === null) {
      url = new URL(href);
      if ((url.protocol !== 'http:' && url.protocol !== 'https:') || isLoopback(url.hostname)) return;
    }
    window.open(url.href, '_blank', 'noopener,noreferrer');
  }

  function setFavicon(href) {
    if (typeof href === 'string' && /^(https:|data:)/.test(href)) document.querySelector('link[rel=icon]').href = href;
  }

  const acts = {
    title: (message) => { document.title = text(message.title, 128); },
    favicon: (message) => setFavicon(message.href),
    hash: (message) => history.replaceState(null, '', '#' + text(message.hash, 8192).replace(/^#/, '')),
    clipboard: (message) => { if (allowed('clipboard', 1000)) navigator.clipboard.writeText(text(message.text, 2048)); },
    download: download,
    navigate: (message) => navigate(message.href),
    open_url: (message) => openUrl(message.url),
    notification_enable_prompt: () => toApp({ __freenet_shell__: true, type: 'notification_status', status: 'denied' }),
  };

  // ---- the frame --------------------------------------------------------------------------------------------------

  function show(url) {
    const inside = new URL(url.href);
    inside.searchParams.set('__sandbox', '1');
    frame.src = inside.pathname + inside.search + inside.hash;
  }

  window.addEventListener('message', (event) => {
    const message = event.data;
    if (event.source !== frame.contentWindow || !message || typeof message !== 'object') return;
    if (message.__freenet_ws__ === true) {
      onSocketMessage(message);
    } else if (message.__freenet_shell__ === true && Object.hasOwn(acts, message.type)) {
      try {
        acts[message.type](message);
      } catch (refused) {
        console.warn('refused:', message.type, refused);
      }
    }
  });
  window.addEventListener('popstate', () => show(new URL(location.href)));
  window.addEventListener('hashchange', () => toApp({ __freenet_shell__: true, type: 'hash', hash: location.hash }));
  frame.src = frame.dataset.src + location.hash;
})();

// Links navigate the shell instead of this frame. New tabs are opened by the shell, since the frame may not.
(function () {
  'use strict';
  function toShell(message) {
    window.parent.postMessage(Object.assign({ __freenet_shell__: true }, message), '*');
  }

  function onClick(event) {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!link || event.defaultPrevented || event.button > 1 || link.hasAttribute('download')) return;
    const url = new URL(link.href, location.href);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return;
    const here = new URL(location.href);
    const newTab = event.button === 1 || event.ctrlKey || event.metaKey || link.target === '_blank';
    event.preventDefault();
    if (url.origin !== here.origin || newTab) {
      toShell({ type: 'open_url', url: url.href, shiftKey: event.shiftKey });
    } else if (url.pathname === here.pathname && url.hash) {
      location.hash = url.hash;
      toShell({ type: 'hash', hash: url.hash });
    } else {
      toShell({ type: 'navigate', href: url.href });
    }
  }

  document.addEventListener('click', onClick);
  document.addEventListener('auxclick', onClick);
  window.open = (url) => {
    if (url) toShell({ type: 'open_url', url: String(new URL(url, location.href)), shiftKey: false });
    return null;
  };
  window.addEventListener('message', (event) => {
    const message = event.data;
    if (event.source === window.parent && message && message.__freenet_shell__ === true && message.type === 'hash') {
      if (location.hash !== message.hash) location.hash = message.hash;
    }
  });
})();

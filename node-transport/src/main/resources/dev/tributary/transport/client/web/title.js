// Reports the application's title and icon to the shell, which shows them in the browser tab.
(function () {
  'use strict';
  let title;
  let icon;

  function tell() {
    if (document.title && document.title !== title) {
      title = document.title;
      window.parent.postMessage({ __freenet_shell__: true, type: 'title', title: title }, '*');
    }
    const link = document.querySelector('link[rel~="icon"]');
    if (link && link.href !== icon) {
      icon = link.href;
      window.parent.postMessage({ __freenet_shell__: true, type: 'favicon', href: icon }, '*');
    }
  }

  new MutationObserver(tell).observe(document, { subtree: true, childList: true, characterData: true });
  document.addEventListener('DOMContentLoaded', tell);
})();

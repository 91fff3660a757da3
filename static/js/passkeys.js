// Passkeys: shows the buttons where the browser knows them, and hands them to allauth's own scripts.

const forms = document.querySelectorAll("[data-passkey]");

function say(form) {
  const said = form.querySelector("[data-passkey-failed]");
  if (said) said.hidden = false;
}

// A passkey belongs to a name: an address of numbers has none.
const named = !/^[\d.]+$|^\[/.test(location.hostname);

if (named && window.PublicKeyCredential && window.allauth) {
  for (const form of forms) {
    const setUp = window.allauth.webauthn.forms[form.dataset.passkey];
    const ids = JSON.parse(form.dataset.passkeyIds);
    setUp({ ids });
    form.hidden = false;
  }
  document.addEventListener("allauth.error", (event) => {
    // The person closed the dialogue or has no such key: no news for the console.
    event.preventDefault();
    forms.forEach(say);
  });
} else {
  document.querySelectorAll("[data-passkey-missing]").forEach((part) => { part.hidden = false; });
}

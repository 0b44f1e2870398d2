// Where the page begins: the token in the address becomes a cookie, then the state of the run is shown and followed.
import { openSession } from './api.js';
import { App } from './view/app.js';
import { keepAddress, readAddress, theme } from './choice.js';
import { goToAddress, live } from './loading.js';
import { html } from './html.js';
import { listenToKeys } from './view/keys.js';
import { message, sentence } from './state.js';
import { render } from './vendor/preact.js';
import { effect } from './vendor/signals.js';

const TOKEN = /^#(?:token|t)=/;

async function begin() {
    try {
        await openSession();
        readAddress();
        keepAddress();
        await live();
    } catch (error) {
        message.value = sentence(error);
    }
}

effect(() => { document.documentElement.dataset.theme = theme.value; });
const place = document.getElementById('app');
if (place) render(html`<${App} />`, place);
listenToKeys();
// The address of a later run differs by its token alone: the browser then keeps this page.
addEventListener('hashchange', () => (TOKEN.test(location.hash) ? location.reload() : goToAddress()));
await begin();

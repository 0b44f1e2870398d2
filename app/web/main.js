// Where the page begins: the token in the address becomes a cookie, then the state of the run is shown and followed.
import { openSession } from './api.js';
import { App } from './app.js';
import { html } from './html.js';
import { live, message } from './state.js';
import { render } from './vendor/preact.js';

async function begin() {
    try {
        await openSession();
        await live();
    } catch (error) {
        message.value = error instanceof Error ? error.message : String(error);
    }
}

const place = document.getElementById('app');
if (place) render(html`<${App} />`, place);
// The address of a later run differs by its token alone: the browser then keeps this page.
addEventListener('hashchange', () => location.reload());
await begin();

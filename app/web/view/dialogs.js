// What is one click away: the doors, what why401 changes in the traffic, faults to inject, the keys.
import { html } from '../html.js';
import * as api from '../api.js';
import * as choice from '../choice.js';
import { microsecondsOf } from '../model/columns.js';
import { KEYS, shortcuts } from './keys.js';
import { switchText } from '../model/map_layout.js';
import { Doors } from './start.js';
import { Decryption } from './tls.js';
import { act, faults, notice, status, switches } from '../state.js';
import { clock, interceptionText, shown } from '../model/text.js';
import { useLayoutEffect, useRef } from '../vendor/hooks.js';

const SHOWN = 60;

function Changes() {
    const present = status.value?.faults ?? [], many = switches.value;
    return html`
        <h2 id="dialog-title">What why401 changes in your traffic</h2>
        <p>Bytes go on as they came, except for these edits, each recorded with its reason:</p>
        <ul class="sentences">
            <li>The request target loses <code>http://server</code> on its way to that server, and <code>Host</code> follows it where the two differ.</li>
            <li>Fields that <code>Connection</code> names, <code>Proxy-Connection</code>, <code>Upgrade: h2c</code> and (unless another proxy comes next) <code>Proxy-Authorization</code> do not go on.${' '}
                <code>Connection: close</code> and <code>keep-alive</code> do, under <code>affinity</code>.</li>
            <li>A plain-HTTP 401 that offers NTLM or Negotiate gets <code>Proxy-Support: Session-Based-Authentication</code> once (RFC 4559), without which some clients never try.</li>
            <li>Under the pooling policies the last answer on a client connection says <code>Connection: close</code>.</li>
            <li>Where TLS is decrypted, the client gets a certificate of this proxy instead of the server's, and HTTP/1.1 instead of HTTP/2: logins that are bound to the server's certificate fail.</li>
            <li>No <code>Via</code> is added: IIS stops remembering logins when it sees one.</li>
        </ul>
        <p>The policy decides which server connection a request is sent on. Now: <b>${status.value?.policy ?? 'that of the recording'}</b>. Faults injected on purpose now: <b>${present.join(', ') || 'none'}</b>. TLS decrypted now: <b>${status.value?.interception ? interceptionText(status.value.interception) : 'as recorded'}</b>.</p>
        <p>Each exchange lists its own changes, and its bytes show them: <ins>added</ins>, <del>not passed on</del>.</p>
        <h3>Switched so far</h3>
        ${many.length ? html`<ul class="sentences">${many.slice(-SHOWN).map((change) => html`<li>${clock(microsecondsOf(change.time))} ${shown(switchText(change), 300)}</li>`)}</ul>` : html`<p class="soft">Nothing was switched.</p>`}`;
}

const DELAY = 500; // milliseconds, of a fault that takes some

function Faults() {
    const present = status.value?.faults ?? [];
    const plain = (/** @type {string} */ name) => name.split(':')[0];
    const set = (/** @type {string} */ name, /** @type {string} */ wanted) => act(() => api.putFaults([...present.filter((one) => plain(one) !== name), ...(wanted ? [wanted] : [])]));
    return html`
        <h2 id="dialog-title">Faults on purpose</h2>
        <p>Each makes this proxy misbehave as broken products do, so that you can see what comes of it. What is injected is recorded with each exchange, and findings blame this proxy for it.</p>
        <ul class="fault-list">${faults.value.map(({ name, meaning, rule }) => {
            const wanted = meaning.includes(':MILLISECONDS') ? `${name}:${DELAY}` : name;
            return html`<li><label><input type="checkbox" name=${name} checked=${present.some((one) => plain(one) === name)} onChange=${(/** @type {any} */ event) => set(name, event.target.checked ? wanted : '')} />
                <span><b>${wanted}</b> ${meaning} <span class="soft">shows <code>${rule}</code></span></span></label></li>`;
        })}</ul>
        ${notice.value && html`<p class="bad" role="alert">${notice.value}</p>`}`;
}

const Keys = () => html`
    <h2 id="dialog-title">Keys</h2>
    <table class="keys"><tbody>${KEYS.map(([keys, meaning]) => html`<tr><th scope="row">${keys.map((one) => html`<kbd>${one}</kbd> `)}</th><td>${meaning}</td></tr>`)}</tbody></table>
    <p><label class="check"><input type="checkbox" id="shortcuts" checked=${shortcuts.value === 'on'} onChange=${() => { shortcuts.value = shortcuts.value === 'on' ? 'off' : 'on'; }} /> single letters are shortcuts</label></p>`;

export function Dialog() {
    const box = useRef(/** @type {HTMLDialogElement | null} */ (null)), open = choice.dialog.value;
    useLayoutEffect(() => {
        if (open && box.current && !box.current.open) box.current.showModal();
        if (!open) box.current?.close();
        if (open) notice.value = '';
    }, [open]);
    return html`
        <dialog ref=${box} aria-labelledby="dialog-title" onClose=${() => { choice.dialog.value = ''; }}>
            ${open && html`<button type="button" class="close" onClick=${() => { choice.dialog.value = ''; }}>Close</button>`}
            ${open === 'changes' && html`<${Changes} />`}
            ${open === 'faults' && html`<${Faults} />`}
            ${open === 'decryption' && html`<${Decryption} />`}
            ${open === 'keys' && html`<${Keys} />`}
            ${open === 'start' && html`<h2 id="dialog-title">Where to begin</h2><${Doors} />`}
        </dialog>`;
}

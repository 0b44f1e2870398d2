// What is one click away: the doors, what why401 changes in the traffic, faults to inject, the keys.
import { html } from './html.js';
import * as api from './api.js';
import * as choice from './choice.js';
import { microsecondsOf } from './columns.js';
import { KEYS, shortcuts } from './keys.js';
import { switchText } from './map_layout.js';
import { ToExchange } from './parts.js';
import { Doors } from './start.js';
import { act, columns, faults, notice, status, switches, version } from './state.js';
import { clock, shown } from './text.js';
import { useEffect, useRef } from './vendor/hooks.js';

const SHOWN = 60;

function Changes() {
    void version.value;
    const edited = [], present = status.value?.faults ?? [], many = switches.value;
    for (let row = columns.size - 1; row >= 0 && edited.length < SHOWN; --row) if (columns.number('edited', row)) edited.push(columns.number('ids', row));
    return html`
        <h2 id="dialog-title">What why401 changes in your traffic</h2>
        <p>Heads and bodies pass byte for byte, but for what a proxy must do (RFC 9110 7.6 and 9112 3.2):</p>
        <ul class="sentences">
            <li>The first line of a request loses <code>http://server</code> on its way to that server.</li>
            <li>Fields that are meant for the next hop alone are taken out or replaced: <code>Connection</code> and what it names, <code>Proxy-Connection</code>, <code>Keep-Alive</code>, <code>TE</code>, <code>Upgrade</code> unless it is used.</li>
            <li>An answer whose end only the closing of a connection can tell gets <code>Connection: close</code>.</li>
            <li>No <code>Via</code>, no <code>X-Forwarded-For</code>: a server could treat the request differently for them.</li>
            <li>Connections: which server connection a request is sent on is decided by the policy, <b>${status.value?.policy ?? 'of the recording'}</b>. Under <code>affinity</code> each client connection has its own.</li>
            <li>Injected faults: <b>${present.join(', ') || 'none'}</b>.</li>
        </ul>
        <p>Each exchange lists its own changes, and its bytes show them: <ins>added</ins>, <del>not passed on</del>.</p>
        <h3>Switched so far</h3>
        ${many.length ? html`<ul class="sentences">${many.slice(-SHOWN).map((change) => html`<li>${clock(microsecondsOf(change.time))} ${shown(switchText(change), 300)}</li>`)}</ul>` : html`<p class="soft">Nothing was switched.</p>`}
        <h3>Exchanges that were changed${edited.length === SHOWN ? `, the newest ${SHOWN}` : ''}</h3>
        <p>${edited.length ? edited.map((id) => html`<span onClick=${() => { choice.dialog.value = ''; choice.panel.value = 'exchange'; }}><${ToExchange} id=${id} /></span> `) : html`<span class="soft">None.</span>`}</p>`;
}

function Faults() {
    const present = status.value?.faults ?? [];
    const set = (/** @type {string} */ name, /** @type {boolean} */ on) => act(() => api.putFaults(on ? [...present, name] : present.filter((one) => one.split(':')[0] !== name.split(':')[0])));
    return html`
        <h2 id="dialog-title">Faults on purpose</h2>
        <p>Each makes this proxy misbehave as broken products do, so that you can see what comes of it. What is injected is recorded with each exchange, and findings blame this proxy for it.</p>
        <ul class="fault-list">${faults.value.map(({ name, meaning, rule }) => {
            const plain = name.split(':')[0], on = present.some((one) => one.split(':')[0] === plain);
            const wanted = name.includes(':') ? `${plain}:500` : name;
            return html`<li><label><input type="checkbox" name=${plain} checked=${on} onChange=${(/** @type {any} */ event) => set(wanted, event.target.checked)} /> <b>${wanted}</b> ${meaning} <span class="soft">shows ${rule}</span></label></li>`;
        })}</ul>
        ${notice.value && html`<p class="bad" role="alert">${notice.value}</p>`}`;
}

const Keys = () => html`
    <h2 id="dialog-title">Keys</h2>
    <table class="keys"><tbody>${KEYS.map(([keys, meaning]) => html`<tr><th scope="row">${keys.map((one) => html`<kbd>${one}</kbd> `)}</th><td>${meaning}</td></tr>`)}</tbody></table>
    <p><label class="check"><input type="checkbox" id="shortcuts" checked=${shortcuts.value === 'on'} onChange=${() => { shortcuts.value = shortcuts.value === 'on' ? 'off' : 'on'; }} /> single letters are shortcuts</label></p>`;

export function Dialog() {
    const box = useRef(/** @type {HTMLDialogElement | null} */ (null)), open = choice.dialog.value;
    useEffect(() => {
        if (open && box.current && !box.current.open) box.current.showModal();
        if (!open) box.current?.close();
        if (open) notice.value = '';
    }, [open]);
    return html`
        <dialog ref=${box} aria-labelledby="dialog-title" onClose=${() => { choice.dialog.value = ''; }}>
            ${open && html`<button type="button" class="close" onClick=${() => { choice.dialog.value = ''; }}>Close</button>`}
            ${open === 'changes' && html`<${Changes} />`}
            ${open === 'faults' && html`<${Faults} />`}
            ${open === 'keys' && html`<${Keys} />`}
            ${open === 'start' && html`<h2 id="dialog-title">Where to begin</h2><${Doors} />`}
        </dialog>`;
}

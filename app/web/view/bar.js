// The bar at the top: what runs, how it behaves, and what it has counted.
import { html } from '../html.js';
import * as api from '../api.js';
import * as choice from '../choice.js';
import { look } from '../loading.js';
import { act, policies, status } from '../state.js';
import { counted, interceptionText } from '../model/text.js';
import { Wire } from './parts.js';

const THEMES = { system: 'system', light: 'light', dark: 'dark' };

function Policy() {
    const present = status.value?.policy ?? '';
    const change = async (/** @type {any} */ { target }) => {
        if (!(await act(() => api.putPolicy(target.value)))) target.value = present;
    };
    const meaning = policies.value.find(({ name }) => name === present)?.meaning ?? '';
    return html`
        <label title=${meaning}>Policy <select id="policy" value=${present} onChange=${change}>
            ${[...new Set([present, ...policies.value.map(({ name }) => name)])].filter((name) => !name.includes('SEED')).map((name) => html`<option value=${name} title=${policies.value.find((one) => one.name === name)?.meaning}>${name}</option>`)}
        </select></label>`;
}

function Counts() {
    const summary = status.value?.summary;
    if (!summary) return null;
    return html`<span class="counts" id="exchanges">${counted(summary.exchanges, 'exchange')}</span>`;
}

function Viewing() {
    const viewing = status.value?.viewing;
    if (!viewing) return html`<span class="address" id="proxy" title="Point a client at this address">proxy ${status.value?.listen.join(', ')}</span>`;
    return html`
        <span class="address" id="viewing">capture <b><${Wire} text=${viewing.name} most=${120} /></b>${viewing.not_recorded > 0 && html` <span class="warn">(${counted(viewing.not_recorded, 'exchange')} missing in it)</span>`}${!viewing.clean_end && html` <span class="warn">(its recording did not end in order)</span>`}</span>
        ${choice.capture.value > 0 && html`<button type="button" id="back-to-live" onClick=${() => look(0)}>Back to the run</button>`}`;
}

export function Bar() {
    const faults = status.value?.faults ?? [], secrets = status.value?.interception, runs = Boolean(status.value?.proxy) && !status.value?.viewing;
    return html`
        <header class="bar">
            <h1>why401</h1>
            ${status.value && html`<${Viewing} />`}
            ${runs && html`<${Policy} />
                <button type="button" id="faults" class=${faults.length ? 'warn' : ''} onClick=${() => { choice.dialog.value = 'faults'; }}>Faults: ${faults.length || 'none'}</button>
                ${secrets?.possible && html`<button type="button" id="decryption-now" title=${`TLS that is decrypted: ${interceptionText(secrets)}`} onClick=${() => { choice.dialog.value = 'decryption'; }}>Decrypts: ${secrets.intercept.includes('*') ? 'all' : secrets.intercept.length || 'none'}${secrets.intercept.length && secrets.tunnel.length ? ` but ${secrets.tunnel.length}` : ''}</button>`}`}
            <button type="button" id="changes" onClick=${() => { choice.dialog.value = 'changes'; }}>What it changes</button>
            <button type="button" id="doors" onClick=${() => { choice.dialog.value = 'start'; }}>Open …</button>
            <span class="grow"></span>
            <${Counts} />
            <select id="theme" aria-label="Theme" title="Theme" value=${choice.theme.value} onChange=${(/** @type {any} */ event) => { choice.theme.value = event.target.value; }}>
                ${Object.entries(THEMES).map(([value, name]) => html`<option value=${value}>${name}</option>`)}</select>
            <button type="button" id="help" aria-label="Keys" title="Keys (?)" onClick=${() => { choice.dialog.value = 'keys'; }}>?</button>
        </header>`;
}

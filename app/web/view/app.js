// The page: what runs at the top, what passed to the left, why to the right.
import { html } from '../html.js';
import { Bar } from './bar.js';
import * as choice from '../choice.js';
import { ConnectionPanel } from './connection.js';
import { Dialog } from './dialogs.js';
import { ExchangePanel } from './exchange.js';
import { Explain } from './explain.js';
import { FilterBar } from './filter_bar.js';
import { List } from './list.js';
import { ConnectionMap } from './map.js';
import { Welcome } from './start.js';
import { columns, message, notice, status, trouble, version } from '../state.js';
import { Table } from './table.js';
import { useLayoutEffect, useRef } from '../vendor/hooks.js';

function Panel() {
    const id = choice.exchange.value, row = columns.rowOf(id), shown = choice.panel.value;
    const client = row >= 0 ? columns.number('client', row) : 0, upstream = row >= 0 ? columns.number('upstream', row) : 0;
    const open = () => {
        const both = [upstream ? `U${upstream}` : '', client ? `C${client}` : ''].filter(Boolean), present = both.indexOf(choice.connection.value);
        if (!choice.connection.value || (shown === 'connection' && both.length)) choice.connection.value = both[(present + 1) % both.length] ?? '';
        choice.panel.value = 'connection';
    };
    const body = useRef(/** @type {HTMLElement | null} */ (null));
    useLayoutEffect(() => {
        if (!body.current) return;
        body.current.scrollTop = 0;
        if (document.activeElement === document.body && id) body.current.focus(); // what had the focus is gone
    }, [shown, shown === 'connection' ? choice.connection.value : id]);
    return html`
        <aside class="panel" aria-label="Explanation">
            <div class="tabs" role="group" aria-label="Panel">
                <button type="button" id="panel-explain" aria-pressed=${shown === 'explain'} onClick=${() => { choice.panel.value = 'explain'; }}>Explain</button>
                <button type="button" id="panel-exchange" aria-pressed=${shown === 'exchange'} onClick=${() => { choice.panel.value = 'exchange'; }}>Exchange${id ? ` #${id}` : ''}</button>
                <button type="button" id="panel-connection" aria-pressed=${shown === 'connection'} onClick=${open}>Connection ${choice.connection.value}</button>
            </div>
            <div class="panel-body" ref=${body} tabindex="0" role="region" aria-label="Details">
                ${shown === 'explain' && html`<${Explain} />`}
                ${shown === 'exchange' && html`<${ExchangePanel} />`}
                ${shown === 'connection' && html`<${ConnectionPanel} />`}
            </div>
        </aside>`;
}

function Views() {
    void version.value;
    if (columns.size === 0) return html`<${Welcome} />`;
    return html`<${FilterBar} />
        ${choice.view.value === 'map' && html`<${ConnectionMap} />`}
        ${choice.view.value === 'list' && html`<${List} />`}
        ${choice.view.value === 'table' && html`<${Table} />`}`;
}

export const App = () => html`
    <div class="app">
        <${Bar} />
        ${message.value && html`<p id="message" role="status" class="notice">${message.value}</p>`}
        ${trouble.value && html`<p id="trouble" role="alert" class="notice bad">${trouble.value}</p>`}
        ${notice.value && !choice.dialog.value && html`<p id="notice" role="alert" class="notice bad">${notice.value}</p>`}
        ${status.value && html`<main class=${columns.size === 0 && version.value >= 0 ? 'empty' : ''}><div class="work"><${Views} /></div><${Panel} /></main>`}
        <${Dialog} />
    </div>`;

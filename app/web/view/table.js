// What the connection map shows, as a plain table: for screen readers, and for whoever prefers one.
import { html } from '../html.js';
import * as choice from '../choice.js';
import { OriginChoice, layout, map, shownOrigin } from './map.js';
import { StatusCode, ToConnection, ToExchange, Who, Wire } from './parts.js';
import { HANDSHAKE, NOBODY, UNKNOWN } from '../model/lanes.js';
import { exchangeRow } from '../rows.js';
import { columns, failureOf } from '../state.js';
import { clock, counted, shown, stepOf, targetOf } from '../model/text.js';
import { useState } from '../vendor/hooks.js';

const PAGE = 100;

/** @param {{ known: number }} given */
const Known = ({ known }) => (known === HANDSHAKE ? html`login under way` : known === UNKNOWN ? html`somebody` : known === NOBODY ? html`nobody` : html`<${Who} word=${known} />`);

/** Its lines, and what happened between them. @param {number} page */
function rowsOfPage(page) {
    const { items, drawn } = layout.value, first = drawn[page * PAGE], after = drawn[(page + 1) * PAGE];
    const from = items.findIndex(({ line }) => line === first), to = after === undefined ? items.length : items.findIndex(({ line }) => line === after);
    return first === undefined ? [] : items.slice(from, to);
}

export function Table() {
    const { drawn } = layout.value, { lines } = map.value;
    const pages = Math.max(1, Math.ceil(drawn.length / PAGE)), [wanted, setPage] = useState(-1);
    const chosen = Math.max(0, drawn.findIndex((index) => columns.number('ids', lines[index].row) === choice.exchange.value));
    const page = Math.min(wanted < 0 ? Math.floor(chosen / PAGE) : wanted, pages - 1);
    return html`
        <div class="tools"><${OriginChoice} />${pages > 1 && html`<button type="button" disabled=${page === 0} onClick=${() => setPage(page - 1)}>Earlier</button> <button type="button" disabled=${page === pages - 1} onClick=${() => setPage(page + 1)}>Later</button>`}</div>
        <div class="table" tabindex="0" role="region" aria-label="Table of the connection map">
            <table id="map-table"><caption>Who asked on which connection, and as whom the server answered: ${shown(shownOrigin.value?.name ?? 'no server yet', 200)}, ${counted(drawn.length, 'exchange')}${pages > 1 ? `, page ${page + 1} of ${pages}` : ''}</caption>
                <thead><tr>${['#', 'Time', 'Client connection', 'Client believes', 'Request', 'Step of login', 'Answer', 'Server connection', 'Server knows', 'Finding'].map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
                <tbody>${rowsOfPage(page).map(({ kind, text, line }) => {
                    if (kind !== 'line') return html`<tr class="mark-row"><td colspan="10"><${Wire} text=${text} most=${200} /></td></tr>`;
                    const { row, client, upstream, believes, knows } = lines[line], id = columns.number('ids', row), more = exchangeRow(id);
                    const failure = failureOf.value.get(id);
                    return html`<tr key=${id} class=${choice.exchange.value === id ? 'chosen' : ''}>
                        <th scope="row"><${ToExchange} id=${id} /></th><td>${clock(columns.number('started', row))}</td><td><${ToConnection} id=${client && `C${client.connection}`} /></td><td><${Known} known=${believes} /></td>
                        <td><${Wire} text=${more ? `${more.method} ${targetOf(more.url, shownOrigin.value?.name ?? '')}` : '…'} most=${200} /></td><td><${Wire} text=${stepOf(columns.word('leg', row), columns.word('scheme', row))} /></td><td><${StatusCode} row=${row} /></td>
                        <td><${ToConnection} id=${upstream && `U${upstream.connection}`} /></td><td><${Known} known=${knows} /></td><td>${failure ? html`${failure.rule}: <${Wire} text=${failure.because} most=${300} />` : ''}</td></tr>`;
                })}</tbody></table>
        </div>`;
}

// What the connection map shows, as a plain table: for screen readers, and for whoever prefers one.
import { html } from '../html.js';
import * as choice from '../choice.js';
import { layout, map, shownOrigin } from './map.js';
import { StatusCode, ToConnection, ToExchange, Who, Wire } from './parts.js';
import { HANDSHAKE, NOBODY } from '../model/lanes.js';
import { exchangeRow } from '../rows.js';
import { columns, failureOf } from '../state.js';
import { clock, counted, stepOf, targetOf } from '../model/text.js';
import { useState } from '../vendor/hooks.js';

const PAGE = 100;

/** @param {{ known: number }} given */
const Known = ({ known }) => (known === HANDSHAKE ? html`login under way` : known === NOBODY ? html`nobody` : html`<${Who} word=${known} />`);

export function Table() {
    const { drawn } = layout.value, { lines } = map.value;
    const pages = Math.max(1, Math.ceil(drawn.length / PAGE)), [wanted, setPage] = useState(pages - 1);
    const page = Math.min(wanted, pages - 1);
    return html`
        <div class="table" tabindex="0" role="region" aria-label="Table of the connection map">
            <table id="map-table"><caption>Who asked on which connection, and as whom the server answered: ${shownOrigin.value?.name ?? 'no server yet'}, ${counted(drawn.length, 'exchange')}${pages > 1 ? `, page ${page + 1} of ${pages}` : ''}</caption>
                <thead><tr>${['#', 'Time', 'Client connection', 'Client believes', 'Request', 'Step of login', 'Answer', 'Server connection', 'Server knows', 'Finding'].map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
                <tbody>${drawn.slice(page * PAGE, (page + 1) * PAGE).map((index) => {
                    const { row, client, upstream, believes, knows } = lines[index], id = columns.number('ids', row), more = exchangeRow(id);
                    const failure = failureOf.value.get(id);
                    return html`<tr key=${id} class=${choice.exchange.value === id ? 'chosen' : ''}>
                        <th scope="row"><${ToExchange} id=${id} /></th><td>${clock(columns.number('started', row))}</td><td><${ToConnection} id=${client && `C${client.connection}`} /></td><td><${Known} known=${believes} /></td>
                        <td><${Wire} text=${more ? `${more.method} ${targetOf(more.url, shownOrigin.value?.name ?? '')}` : '…'} most=${200} /></td><td><${Wire} text=${stepOf(columns.word('leg', row), columns.word('scheme', row))} /></td><td><${StatusCode} row=${row} /></td>
                        <td><${ToConnection} id=${upstream && `U${upstream.connection}`} /></td><td><${Known} known=${knows} /></td><td>${failure ? html`${failure.rule}: <${Wire} text=${failure.because} most=${300} />` : ''}</td></tr>`;
                })}</tbody></table>
            ${pages > 1 && html`<p><button type="button" disabled=${page === 0} onClick=${() => setPage(page - 1)}>Earlier</button> <button type="button" disabled=${page === pages - 1} onClick=${() => setPage(page + 1)}>Later</button></p>`}
        </div>`;
}

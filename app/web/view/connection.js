// The life of a connection: between whom, who used it as whom, and how it ended.
import { html } from '../html.js';
import * as choice from '../choice.js';
import { microsecondsOf } from '../model/columns.js';
import { Section, StatusCode, ToConnection, ToExchange, Who, Wire } from './parts.js';
import { connectionFacts, exchangeRow } from '../rows.js';
import { columns, status, version } from '../state.js';
import { clock, counted, span } from '../model/text.js';
import { TlsOf } from './tls.js';

/** @import { Connection } from '../types.js' */

const SHOWN = 200;
const ENDS = { fin: 'in order (FIN)', reset: 'by a reset (RST)', timeout: 'after a timeout' };

/** @param {string} name */
function rowsOn(name) {
    const column = columns.column(name.startsWith('C') ? 'client' : 'upstream'), number = Number(name.slice(1)), rows = [];
    for (let row = 0; row < columns.size; ++row) if (column[row] === number) rows.push(row);
    return rows;
}

/** @param {{ facts: Connection, side: boolean }} given */
function Ends({ facts, side }) {
    const { closed } = facts, opened = microsecondsOf(facts.opened);
    return html`
        <dl class="facts">
            <dt>Between</dt><dd><${Wire} text=${side ? facts.peer : facts.local} most=${100} /> and <${Wire} text=${side ? facts.local : facts.peer} most=${100} />${facts.origin && html` <span class="soft">for <${Wire} text=${facts.origin} most=${120} /></span>`}</dd>
            <dt>Opened</dt><dd>${clock(opened)}${facts.opened_for && html` for <${ToConnection} id=${facts.opened_for} />`}</dd>
            <dt>Closed</dt><dd>${closed
                ? html`${clock(microsecondsOf(closed.time))}, after ${span(microsecondsOf(closed.time) - opened)}, by ${closed.by === 'us' ? 'why401' : side ? 'the client' : 'the server'} ${ENDS[closed.kind] ?? ''}${closed.because && html`: <${Wire} text=${closed.because} />`}`
                : status.value?.viewing ? 'not before the recording ended' : 'it is open'}</dd>
            ${facts.tunnel && html`<dt>Tunnel</dt><dd>What passed after it became one was not seen${facts.carried ? `: ${counted(facts.carried.from_client, 'byte')} from the client, ${counted(facts.carried.to_client, 'byte')} to it` : ''}.</dd>`}
        </dl>`;
}

export function ConnectionPanel() {
    void version.value;
    const name = choice.connection.value;
    if (!/^[CU]\d+$/.test(name)) return html`<p class="soft">Choose a connection, such as C1 or U3, to see its life.</p>`;
    const facts = connectionFacts(name), rows = rowsOn(name), side = name.startsWith('C');
    if (!facts && rows.length === 0) return html`<p class="soft">There is no connection ${name} in this record.</p>`;
    return html`
        <article class="connection" aria-label=${`Connection ${name}`}>
            <h2>${side ? 'Client' : 'Server'} connection ${name}</h2>
            ${facts ? html`<${Ends} facts=${facts} side=${side} />` : html`<p class="soft">Its addresses are not known here.</p>`}
            ${facts && html`<${TlsOf} facts=${facts} />`}
            <${Section} title=${`${counted(rows.length, 'exchange')} on it`}>
                <table class="life"><thead><tr><th scope="col">#</th><th scope="col">${side ? 'Sent on' : 'Came from'}</th><th scope="col">Asked</th><th scope="col">Answer</th><th scope="col">${side ? 'Client believes' : 'Server knows'}</th></tr></thead>
                <tbody>${rows.slice(0, SHOWN).map((row) => {
                    const id = columns.number('ids', row), more = exchangeRow(id), other = columns.number(side ? 'upstream' : 'client', row);
                    return html`<tr class=${choice.exchange.value === id ? 'chosen' : ''}><td><${ToExchange} id=${id} /></td><td><${ToConnection} id=${other ? (side ? 'U' : 'C') + other : null} /></td>
                        <td><${Wire} text=${more ? `${more.method} ${more.url.replace(/^\w+:\/\/[^/]*/, '')}` : '…'} most=${80} /></td><td><${StatusCode} row=${row} /></td>
                        <td>${columns.number(side ? 'client_identity' : 'identity', row) ? html`<${Who} word=${columns.number(side ? 'client_identity' : 'identity', row)} />` : ''}</td></tr>`;
                })}</tbody></table>
                ${rows.length > SHOWN && html`<p class="soft">The first ${SHOWN}; the filter <code>conn:${name}</code> shows all.</p>`}
            </${Section}>
        </article>`;
}

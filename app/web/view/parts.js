// Small pieces that many parts of the page show the same way.
import { html } from '../html.js';
import { selectConnection, selectExchange } from '../choice.js';
import { columns, identities } from '../state.js';
import { isFailure } from '../model/groups.js';
import { carriesProof, letterOf, wasRefused } from '../model/lanes.js';
import { shown } from '../model/text.js';

/** @import { Finding } from '../types.js' */

const SIGNS = { critical: '⚠', error: '✕', warning: '!', info: 'i' };

/** @param {{ severity: Finding['severity'] }} given */
export const Severity = ({ severity }) => html`<span class=${`sign ${severity}`} aria-hidden="true">${SIGNS[severity] ?? '?'}</span>`;

/** @param {{ text: string | null | undefined, most?: number }} given What came over the wire, as text. */
export const Wire = ({ text, most }) => html`<bdi class="wire">${shown(text, most)}</bdi>`;

/** The letter and colour of somebody. @param {{ word: number, name?: boolean }} given a place in the words of the columns */
export function Who({ word, name = true }) {
    const number = identities.value.get(word);
    if (number === undefined) return html`<span class="soft">nobody known</span>`;
    return html`<span class="who"><b class=${`letter id-${number % 8}`}>${letterOf(number)}</b>${name && html` <${Wire} text=${columns.words[word]} most=${80} />`}</span>`;
}

/** What either side says of who asks, in this one exchange. @param {{ row: number }} given */
export function WhoAsks({ row }) {
    const client = columns.number('client_identity', row), server = columns.number('identity', row);
    const proof = carriesProof(columns, row), refused = wasRefused(columns, row), begins = columns.word('leg', row) === 'negotiate';
    const asks = client ? html`${proof && refused && !server ? 'tried to log in as' : 'believes it is'} <${Who} word=${client} />`
        : proof ? 'sent proof of somebody whose name cannot be read here' : begins ? 'begins a login' : 'sent nothing that says who it is';
    const answers = server ? html`took it for <${Who} word=${server} />` : refused ? 'refused it'
        : proof ? 'let it in; as whom cannot be seen from here' : 'asked for nobody';
    return html`the client ${asks}; the server ${columns.number('status', row) ? answers : 'has not answered'}`;
}

/** @param {{ id: number, children?: any }} given */
export const ToExchange = ({ id, children }) => html`
    <button type="button" class="link" onClick=${() => selectExchange(id)} aria-label=${`Exchange ${id}`}>${children ?? `#${id}`}</button>`;

/** @param {{ id: string | null | undefined }} given "C1", "U3" */
export const ToConnection = ({ id }) => (id
    ? html`<button type="button" class="link" onClick=${() => selectConnection(id)} aria-label=${`Connection ${id}`}>${id}</button>`
    : html`<span class="soft">none</span>`);

/** "401.2" of a row, with a colour that says whether it is a worry. @param {{ row: number }} given */
export function StatusCode({ row }) {
    const status = columns.number('status', row), finding = columns.word('finding', row);
    const refused = status === 401 || status === 407;
    const calm = refused && !isFailure(finding) && finding !== '';
    const kind = status === 0 ? 'soft' : calm ? 'calm' : refused || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good';
    return html`<span class=${`status ${kind}`}>${statusText(row)}${calm && html`<span class="normal"> normal</span>`}</span>`;
}

/** @param {number} row */
export function statusText(row) {
    const status = columns.number('status', row);
    return columns.word('substatus', row) || (status ? String(status) : columns.word('outcome', row) || '…');
}

/** @param {{ title: string, children?: any, open?: boolean }} given */
export const Section = ({ title, children }) => html`<section class="part"><h3>${title}</h3>${children}</section>`;

/** @param {{ items: string[] }} given */
export const Sentences = ({ items }) => html`<ul class="sentences">${items.map((item) => html`<li><${Wire} text=${item} /></li>`)}</ul>`;

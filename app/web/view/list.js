// The list of sessions: a row per exchange, a healthy login folded into one calm row. Only rows in view are drawn.
import { html } from '../html.js';
import * as choice from '../choice.js';
import { arrange, isFailure } from '../model/groups.js';
import { Severity, StatusCode, Who, Wire, statusText } from './parts.js';
import { exchangeRow } from '../rows.js';
import { reveal, useEnd, useScroll } from './scroll.js';
import { columns, failureOf, identities, shownRows } from '../state.js';
import { clock, counted, shortStepOf, shown, span, targetOf, utc } from '../model/text.js';
import { useLayoutEffect } from '../vendor/hooks.js';
import { computed } from '../vendor/signals.js';

/** @import { Group } from '../model/groups.js' */

const ROW = 28, BEYOND = 6; // pixels; rows drawn beyond the edges
const OUTCOMES = { refused: 'answered by why401', broken: 'broken off', abandoned: 'client left', unfinished: 'under way', tunnelled: 'tunnel' };
const HEADS = ['#', 'Time', 'Client', 'Server', 'Method', 'URL', 'Status', 'Scheme', 'Served as', 'Verdict', 'Took'];

const arranged = computed(() => arrange(columns, shownRows.value, {
    by: choice.grouping.value, fold: choice.folding.value === 'yes', toggled: choice.toggled.value,
}));

/** Ids in the order in which they stand in the list. */
export const listedIds = () => arranged.value.items.filter((item) => item >= 0).map((row) => columns.number('ids', row));

/** @param {string} key */
function toggle(key) {
    const next = new Set(choice.toggled.value);
    if (!next.delete(key)) next.add(key);
    choice.toggled.value = next;
}

/** @param {{ row: number }} given */
function Verdict({ row }) {
    const finding = columns.word('finding', row), failure = failureOf.value.get(columns.number('ids', row));
    if (isFailure(finding)) return html`<${Severity} severity=${failure?.severity ?? 'error'} /> <span title=${shown(failure?.title, 300)}>${shown(finding, 40)}</span>`;
    if (finding.startsWith('NORM-')) return html`<span class="calm">normal step</span>`;
    const outcome = columns.word('outcome', row);
    return outcome === 'complete' || outcome === '' ? '' : html`<span class="soft">${OUTCOMES[/** @type {keyof typeof OUTCOMES} */ (outcome)] ?? outcome}</span>`;
}

/** @param {{ row: number, at: number }} given */
function Row({ row, at }) {
    const id = columns.number('ids', row), more = exchangeRow(id);
    const chosen = choice.exchange.value === id;
    const client = columns.number('client', row), upstream = columns.number('upstream', row), who = columns.number('identity', row);
    const bad = isFailure(columns.word('finding', row)), origin = columns.word('origin', row);
    return html`
        <div role="row" id=${`row-${id}`} aria-rowindex=${at + 2} aria-selected=${chosen} class=${`row ${chosen ? 'chosen' : ''} ${bad ? 'bad-row' : ''}`}
             style=${{ top: `${at * ROW}px` }} onClick=${() => choice.selectExchange(id)}>
            <span role="gridcell">${id}</span>
            <span role="gridcell" title=${utc(columns.number('started', row))}>${clock(columns.number('started', row))}</span>
            <span role="gridcell">${client ? `C${client}` : ''}</span>
            <span role="gridcell">${upstream ? `U${upstream}` : ''}</span>
            <span role="gridcell">${more ? html`<${Wire} text=${more.method} most=${12} />` : '…'}</span>
            <span role="gridcell" class="url"><${Wire} text=${more ? targetOf(more.url, origin) : '…'} most=${300} /> <span class="soft"><${Wire} text=${origin.replace(/^http:\/\//, '')} most=${120} /></span></span>
            <span role="gridcell"><${StatusCode} row=${row} /></span>
            <span role="gridcell"><${Wire} text=${shortStepOf(columns.word('leg', row), columns.word('scheme', row))} most=${24} /></span>
            <span role="gridcell">${who ? html`<${Who} word=${who} />` : ''}</span>
            <span role="gridcell"><${Verdict} row=${row} /></span>
            <span role="gridcell">${span(columns.number('duration', row))}</span>
        </div>`;
}

/** What a group is, in a line. @param {{ group: Group }} given */
function GroupText({ group }) {
    const { rows, kind } = group, last = rows[rows.length - 1];
    if (kind === 'healthy' || kind === 'login') {
        const who = columns.number('identity', last) || columns.number('client_identity', last);
        const steps = rows.slice(0, 8).map((row) => statusText(row)).join(' ');
        const scheme = [...rows].reverse().map((row) => columns.word('scheme', row)).find(Boolean) ?? ''; // the first may be one that was only offered
        if (kind === 'login' && columns.number('conversation', last) === 0) return html`No login · ${counted(rows.length, 'exchange')}`;
        const word = kind === 'healthy' ? ' logged in with ' : ' · login with ';
        return html`${kind === 'healthy' && html`<span class="tick" aria-hidden="true">✓</span> `}<${Who} word=${who} />${word}<${Wire} text=${scheme} most=${24} />
            <span class="soft"> · ${steps}${rows.length > 8 ? ' …' : ''} · <${Wire} text=${columns.word('origin', last)} most=${80} /></span>`;
    }
    const failures = rows.filter((row) => isFailure(columns.word('finding', row))).length;
    const name = kind === 'host' ? html`<${Wire} text=${columns.word('origin', last)} most=${120} />` : columns.number('client', last) ? `Client connection C${columns.number('client', last)}` : 'No client connection';
    return html`<b>${name}</b> <span class="soft">· ${counted(rows.length, 'exchange')}</span>${failures > 0 && html` <span class="bad">· ${counted(failures, 'failure')}</span>`}`;
}

/** @param {{ group: Group, at: number }} given */
const Head = ({ group, at }) => html`
    <div role="row" aria-rowindex=${at + 2} class=${`row group ${group.kind}`} style=${{ top: `${at * ROW}px` }}>
        <span role="gridcell" class="wide">
            <button type="button" class="fold" aria-expanded=${group.open} onClick=${() => toggle(group.key)}>
                <span class="turn" aria-hidden="true">${group.open ? '▾' : '▸'}</span> #${columns.number('ids', group.rows[0])} <${GroupText} group=${group} />
            </button>
        </span>
    </div>`;

export function List() {
    void identities.value;
    const { items, groups } = arranged.value;
    const { box, top, height } = useScroll();
    useEnd(box, items.length);
    const chosen = choice.exchange.value;
    useLayoutEffect(() => {
        const at = items.findIndex((item) => item >= 0 && columns.number('ids', item) === chosen);
        if (at >= 0 && box.current) reveal(box.current, at * ROW, (at + 1) * ROW, ROW);
    }, [chosen]);
    const from = Math.max(0, Math.floor(top / ROW) - BEYOND), to = Math.min(items.length, Math.ceil((top + height) / ROW) + BEYOND);
    const drawn = [];
    for (let at = from; at < to; ++at) {
        const item = items[at];
        drawn.push(item >= 0 ? html`<${Row} key=${`r${item}`} row=${item} at=${at} />` : html`<${Head} key=${`g${groups[-item - 1].key}`} group=${groups[-item - 1]} at=${at} />`);
    }
    return html`
        <div class="list" ref=${box} role="grid" aria-label="Sessions" aria-rowcount=${items.length + 1} tabindex="0" id="sessions"
             aria-activedescendant=${chosen ? `row-${chosen}` : undefined}>
            <div role="row" class="row heads" aria-rowindex="1">${HEADS.map((head) => html`<span role="columnheader">${head}</span>`)}</div>
            <div role="rowgroup" class="rows" style=${{ height: `${items.length * ROW}px` }}>${drawn}</div>
        </div>`;
}

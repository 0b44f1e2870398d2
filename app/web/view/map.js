// The connection map of one origin. A line whose two ends differ in colour and letter is the bug.
import { html } from '../html.js';
import * as choice from '../choice.js';
import { HANDSHAKE, NOBODY, UNKNOWN, mapOf, rowsOf } from '../model/lanes.js';
import { geometryOf, itemAt, layoutOf } from '../model/map_layout.js';
import { Minimap } from './minimap.js';
import { Lanes, LaneHeads } from './map_lanes.js';
import { Severity, StatusCode, Who, Wire } from './parts.js';
import { exchangeRow } from '../rows.js';
import { reveal, useEnd, useScroll } from './scroll.js';
import { columns, failureOf, identities, matches, origins, shownRows, switches, version } from '../state.js';
import { clock, counted, shortStepOf, shown, stepOf, targetOf, utc } from '../model/text.js';
import { useLayoutEffect } from '../vendor/hooks.js';
import { computed, effect } from '../vendor/signals.js';

/** @import { Line } from '../model/lanes.js' */
/** @import { Geometry, Item } from '../model/map_layout.js' */

/** The origin that is shown: the chosen one (choosing an exchange chooses its origin), else one that the filter leaves something of. */
export const shownOrigin = computed(() => {
    const chosen = origins.value.find(({ name }) => name === choice.origin.value);
    if (chosen || !matches.value) return chosen ?? origins.value[0] ?? null;
    const left = new Set(shownRows.value.map((row) => columns.number('origin', row)));
    return origins.value.find(({ place }) => left.has(place)) ?? origins.value[0] ?? null;
});

effect(() => {
    const row = columns.rowOf(choice.exchange.value);
    if (choice.exchange.value && row >= 0) choice.origin.value = columns.word('origin', row);
});

export const map = computed(() => {
    void version.value;
    return mapOf(columns, shownOrigin.value ? rowsOf(columns, shownOrigin.value.place) : []);
});

export const layout = computed(() => {
    const shown = new Uint8Array(columns.size);
    for (const row of shownRows.value) shown[row] = 1;
    return layoutOf(columns, map.value, { isShown: (row) => shown[row] === 1, switches: switches.value, trueTime: choice.trueTime.value });
});

/** Ids of the exchanges on the map, in order. */
export const mappedIds = () => layout.value.drawn.map((index) => columns.number('ids', map.value.lines[index].row));

/** @param {number} known */
const nameOf = (known) => (known === HANDSHAKE ? 'a login under way' : known === UNKNOWN ? 'somebody whose name cannot be read here' : known === NOBODY ? 'nobody' : columns.words[known]);

/** What a line says, for those who do not see it. @param {Line} line */
function sentenceOf(line) {
    const { row, client, upstream } = line, more = exchangeRow(columns.number('ids', row));
    const failure = failureOf.value.get(columns.number('ids', row));
    const left = client ? `client connection C${client.connection} believes it is ${nameOf(line.believes)}` : 'client connection not visible';
    const right = upstream ? `server connection U${upstream.connection} knows ${nameOf(line.knows)}` : 'no server connection';
    const step = stepOf(columns.word('leg', row), columns.word('scheme', row));
    return shown(`${more?.url ?? ''}: ${step && `${step}; `}${left}, ${right}.${failure ? ` ${failure.because}` : ''}`, 1000);
}

/** How the two ends differ, in words. @param {{ line: Line }} given */
function Difference({ line }) {
    const who = (/** @type {number} */ known) => (known > 0 ? html`<${Who} word=${known} name=${false} />` : 'nobody');
    if (line.differ === 'break') return html`${who(line.believes)} is logged in on C${line.client?.connection ?? '?'}, but not on U${line.upstream?.connection ?? '?'}`;
    if (line.differ === 'bleed') return html`${who(line.believes)} asked, and was served as ${who(line.knows)}`;
    if (line.differ === 'forgotten') return html`the server has forgotten ${who(line.believes)} on U${line.upstream?.connection ?? '?'}`;
    if (line.differ === 'free') return html`no login, and yet served as ${who(line.knows)}`;
    return null;
}

/** @param {{ item: Item, line: Line, geometry: Geometry, origin: string }} given */
function Row({ item, line, geometry, origin }) {
    const { row } = line, id = columns.number('ids', row), more = exchangeRow(id);
    const failure = failureOf.value.get(id), chosen = choice.exchange.value === id;
    return html`
        <div role="option" id=${`line-${id}`} aria-selected=${chosen} title=${`${sentenceOf(line)}\n${utc(columns.number('started', row))}`}
             class=${`line ${failure ? failure.severity : ''} ${chosen ? 'chosen' : ''}`}
             style=${{ top: `${item.y}px`, height: `${item.height}px`, width: `${geometry.width}px` }} onClick=${() => choice.selectExchange(id)}
             onMouseEnter=${() => { choice.pointed.value = item.line; }} onMouseLeave=${() => { choice.pointed.value = -1; }}>
            <span class="when">#${id}${geometry.timed && html` <span class="soft">${clock(columns.number('started', row))}</span>`}</span>
            <span class=${`box ${line.differ}`} style=${{ left: `${geometry.boxLeft}px`, width: `${geometry.boxRight - geometry.boxLeft}px` }}>
                <span class="asked"><${Wire} text=${more ? `${more.method} ${targetOf(more.url, origin)}` : '…'} most=${200} /></span>
                <span class="step"><${Wire} text=${shortStepOf(columns.word('leg', row), columns.word('scheme', row))} most=${16} /></span>
                <${StatusCode} row=${row} />
            </span>
            ${failure && html`<span class="tag" style=${{ left: `${geometry.boxLeft}px`, maxWidth: `${geometry.width - geometry.boxLeft - 12}px` }}>
                <${Severity} severity=${failure.severity} /> ${line.differ ? html`<${Difference} line=${line} />` : failure.title} <span class="rule">${failure.rule}</span></span>`}
            <span class="unseen">. ${sentenceOf(line)}</span>
        </div>`;
}

/** @param {{ item: Item, geometry: Geometry }} given */
const Mark = ({ item, geometry }) => html`
    <div role="presentation" class=${`mark ${item.kind}`} style=${{ top: `${item.y}px`, height: `${item.height}px`, width: `${geometry.width}px` }}>
        <span><${Wire} text=${item.text} most=${200} /></span></div>`;

export function OriginChoice() {
    const all = origins.value, present = shownOrigin.value;
    return html`
        <label class="origin">Server <select id="origin" value=${present?.name ?? ''} onChange=${(/** @type {any} */ event) => { choice.origin.value = event.target.value; }}>
            ${all.slice(0, 500).map(({ name, exchanges, failures }) => html`<option value=${name}>${shown(name, 80)} (${exchanges}${failures ? `, ${counted(failures, 'failure')}` : ''})</option>`)}
        </select></label>`;
}

function Legend() {
    const used = new Set();
    for (const { believes, knows } of map.value.lines) used.add(believes).add(knows);
    const people = [...identities.value].filter(([word]) => used.has(word)).slice(0, 8);
    return html`
        <p class="legend"><strong>A red line whose two ends differ in colour and letter is the bug.</strong>
            <span><i class="swatch nobody"></i> nobody logged in</span>
            <span><i class="swatch handshake"></i> login under way, or refused</span>
            ${used.has(UNKNOWN) && html`<span><b class="letter unknown">?</b> somebody, name not readable here</span>`}
            ${people.map(([word]) => html`<span><${Who} word=${word} /></span>`)}</p>`;
}

export function ConnectionMap() {
    const { box, top, height, width } = useScroll();
    const { lines } = map.value;
    const { items, height: whole, clients, upstreams } = layout.value;
    const geometry = geometryOf(width, clients.slots, upstreams.slots, columns.size ? String(columns.number('ids', columns.size - 1)).length : 1);
    useEnd(box, items.length);
    const chosen = choice.exchange.value, origin = shownOrigin.value?.name ?? '';
    const chosenItem = chosen ? items.find(({ line }) => line >= 0 && columns.number('ids', lines[line].row) === chosen) : undefined;
    useLayoutEffect(() => {
        if (chosenItem && box.current) reveal(box.current, chosenItem.y, chosenItem.y + chosenItem.height, 64);
    }, [chosen, origin]);
    const from = Math.max(0, itemAt(items, top - 100)), drawn = [];
    for (let at = from; at < items.length && items[at].y < top + height + 100; ++at) {
        const item = items[at];
        drawn.push(item.kind === 'line'
            ? html`<${Row} key=${`l${item.line}`} item=${item} line=${lines[item.line]} geometry=${geometry} origin=${origin} />`
            : html`<${Mark} key=${`m${at}`} item=${item} geometry=${geometry} />`);
    }
    const failures = layout.value.drawn.filter((index) => failureOf.value.has(columns.number('ids', lines[index].row))).length, quiet = clients.quiet + upstreams.quiet;
    return html`
        <div class="map">
            <div class="tools">
                <${OriginChoice} />
                <span class="soft">${clients.lanes.length} client, ${counted(upstreams.lanes.length, 'server connection')}${quiet > 0 && html` <span title="Connections that none of the shown exchanges used">+${quiet} quiet</span>`}, ${counted(layout.value.drawn.length, 'exchange')}${failures > 0 && html`, <b class="bad">${counted(failures, 'failure')}</b>`}</span>
                <label class="check"><input type="checkbox" id="true-time" checked=${choice.trueTime.value} onChange=${() => { choice.trueTime.value = !choice.trueTime.value; }} /> true time</label>
            </div>
            <div class="stage">
                <div class="scroll" ref=${box}>
                    <${LaneHeads} geometry=${geometry} layout=${layout.value} top=${top} />
                    <div class="lines" id="map" tabindex="0" role="listbox" aria-label=${`Connection map of ${shown(origin, 200)}`} aria-activedescendant=${chosen ? `line-${chosen}` : undefined} style=${{ height: `${whole}px`, width: `${geometry.width}px` }}>
                        ${chosenItem && html`<div role="presentation" class="chosen-row" style=${{ top: `${chosenItem.y}px`, height: `${chosenItem.height}px`, width: `${geometry.width}px` }}></div>`}
                        <${Lanes} geometry=${geometry} map=${map.value} layout=${layout.value} from=${top - 100} to=${top + height + 100} />
                        ${drawn}
                        ${items.length === 0 && html`<p class="nothing" role="presentation">${choice.filter.value && shownRows.value.length === 0 ? 'The filter lets no exchange through.' : 'No exchange with this server is shown; others are.'}</p>`}
                    </div>
                </div>
                <${Minimap} layout=${layout.value} map=${map.value} top=${top} height=${height} box=${box} />
            </div>
            <${Legend} />
        </div>`;
}


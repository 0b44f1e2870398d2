// The lanes of the connection map and the lines between them, as one drawing of what is in view.
import { html } from './html.js';
import * as choice from './choice.js';
import { microsecondsOf } from './columns.js';
import { HANDSHAKE, NOBODY, letterOf } from './lanes.js';
import { itemAt } from './map_layout.js';
import { connectionFacts } from './rows.js';
import { columns, failureOf, identities } from './state.js';

/** @import { Lane, Line, OriginMap } from './lanes.js' */
/** @import { Geometry, Layout } from './map_layout.js' */

const WIDE = 14; // pixels of a lane

/** @param {number} known */
const classOf = (known) => (known === HANDSHAKE ? 'handshake' : known === NOBODY ? 'nobody' : `id-${(identities.value.get(known) ?? 0) % 8}`);

/** Index of the first line that began after the connection had been closed; of an open one, their number. @param {Lane} lane @param {string} name @param {Line[]} lines */
function closedAt(lane, name, lines) {
    const closed = connectionFacts(name)?.closed?.time;
    if (!closed) return lines.length;
    const time = microsecondsOf(closed);
    let low = lane.last + 1, high = lines.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (columns.number('started', lines[middle].row) < time) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** @param {{ lane: Lane, name: string, x: number, layout: Layout, lines: Line[], own: boolean, from: number, to: number }} given `own`: nobody follows in its place */
function LaneBar({ lane, name, x, layout, lines, own, from, to }) {
    const { middle } = layout;
    const begin = middle[lane.first] - 9;
    const end = own ? Math.min(middle[closedAt(lane, name, lines)] - 9, layout.height - 8) : middle[lane.last] + 11;
    if (end < from || begin > to) return null;
    const parts = [];
    for (let i = 0; i < lane.cells.length; ++i) {
        const top = i === 0 ? begin : middle[lane.cells[i].at] - 9;
        const bottom = i + 1 < lane.cells.length ? middle[lane.cells[i + 1].at] - 9 : end;
        if (bottom <= top || bottom < from || top > to) continue;
        const seen = Math.max(top, from), unseen = Math.min(bottom, to);
        parts.push(html`<rect class=${`lane ${classOf(lane.cells[i].known)}`} x=${x - WIDE / 2} y=${seen} width=${WIDE} height=${unseen - seen} rx="3" />`);
    }
    const label = name.startsWith('C') ? -13 : 13;
    return html`<g>${parts}<text class=${`lane-name ${label < 0 ? 'left' : ''}`} x=${x + label} y=${middle[lane.first] + 3}>${name}</text></g>`;
}

/** The end of a line: whom that side takes this for. @param {{ x: number, y: number, known: number }} given */
function End({ x, y, known }) {
    if (known === NOBODY) return html`<circle class="end nobody" cx=${x} cy=${y} r="6" />`;
    if (known === HANDSHAKE) return html`<circle class="end handshake" cx=${x} cy=${y} r="8" />`;
    const letter = letterOf(identities.value.get(known) ?? 0);
    return html`<g><circle class=${`end ${classOf(known)}`} cx=${x} cy=${y} r="9.5" /><text class="end-letter" x=${x} y=${y + 4}>${letter}</text></g>`;
}

/** @param {{ line: Line, y: number, geometry: Geometry }} given */
function Wire({ line, y, geometry }) {
    const id = columns.number('ids', line.row), failure = failureOf.value.get(id);
    const kind = `wire ${failure ? failure.severity : columns.word('leg', line.row) === 'negotiate' ? 'login' : ''} ${line.differ} ${choice.exchange.value === id ? 'chosen' : ''}`;
    const left = line.client ? geometry.client(line.client.slot) : null;
    const right = line.upstream ? geometry.upstream(line.upstream.slot) : null;
    const dashed = line.believes === NOBODY ? 'anonymous' : '', dashedRight = line.knows === NOBODY ? 'anonymous' : '';
    return html`<g>
        ${left !== null && html`<path class=${`${kind} ${dashed}`} d=${`M${left} ${y}H${geometry.boxLeft}`} />`}
        ${right !== null && html`<path class=${`${kind} ${dashedRight}`} d=${`M${geometry.boxRight} ${y}H${right - 9}`} />
            <path class=${`arrow ${kind}`} d=${`M${right - 17} ${y - 4}l7 4l-7 4z`} />`}
        ${left !== null && html`<${End} x=${left} y=${y} known=${line.believes} />`}
        ${right !== null && html`<${End} x=${right} y=${y} known=${line.knows} />`}
    </g>`;
}

/** @param {{ geometry: Geometry, map: OriginMap, layout: Layout, from: number, to: number }} given */
export function Lanes({ geometry, map, layout, from, to }) {
    const bars = (/** @type {Lane[]} */ lanes, /** @type {string} */ letter, /** @type {(slot: number) => number} */ place, /** @type {number} */ slots) =>
        lanes.map((lane) => {
            const reach = slots === lanes.length ? layout.height : layout.middle[lane.last] + 12;
            if (layout.middle[lane.first] - 10 > to || reach < from) return null;
            return html`<${LaneBar} key=${letter + lane.connection} lane=${lane} name=${letter + lane.connection} x=${place(lane.slot)} layout=${layout}
                lines=${map.lines} own=${slots === lanes.length} from=${from} to=${to} />`;
        });
    const wires = [];
    for (let at = itemAt(layout.items, from); at < layout.items.length && layout.items[at].y < to; ++at) {
        const item = layout.items[at];
        if (item.line >= 0) wires.push(html`<${Wire} key=${item.line} line=${map.lines[item.line]} y=${layout.middle[item.line]} geometry=${geometry} />`);
    }
    return html`
        <svg class="drawing" aria-hidden="true" width=${geometry.width} height=${layout.height} viewBox=${`0 0 ${geometry.width} ${layout.height}`}>
            <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="hatch-ground" width="6" height="6" /><rect class="hatch-line" width="3" height="6" /></pattern></defs>
            ${bars(map.clients, 'C', geometry.client, map.clientSlots)}
            ${bars(map.upstreams, 'U', geometry.upstream, map.upstreamSlots)}
            ${wires}
        </svg>`;
}

/** The connection that stands in each place at the upper edge, or comes next there. @param {Lane[]} lanes @param {number} index of the first line in view */
function standingAt(lanes, index) {
    /** @type {Map<number, Lane>} */
    const standing = new Map();
    for (const lane of lanes) {
        const known = standing.get(lane.slot);
        if (!known || known.last < index) standing.set(lane.slot, lane);
    }
    return [...standing.values()];
}

/** @param {{ lane: Lane, letter: string, x: number }} given */
function LaneHead({ lane, letter, x }) {
    const name = letter + lane.connection, facts = connectionFacts(name);
    const port = (facts ? (letter === 'C' ? facts.peer : facts.local) : '').match(/:(\d+)$/)?.[1];
    return html`
        <button type="button" class=${`lane-head ${choice.connection.value === name ? 'chosen' : ''}`} style=${{ left: `${x}px` }} tabindex="-1"
                onClick=${() => choice.selectConnection(name)} title=${`Life of connection ${name}`}><b>${name}</b>${port && html`<small>:${port}</small>`}</button>`;
}

/** @param {{ geometry: Geometry, map: OriginMap, layout: Layout, top: number }} given */
export function LaneHeads({ geometry, map, layout, top }) {
    const first = layout.items.slice(itemAt(layout.items, top)).find(({ line }) => line >= 0)?.line ?? 0;
    return html`
        <div role="presentation" class="lane-heads" style=${{ width: `${geometry.width}px` }}>
            <span class="side-name client" style=${{ left: '118px' }}>Client → proxy <small>what the client believes</small></span>
            <span class="side-name server">Proxy → server <small>what the server knows</small></span>
            ${standingAt(map.clients, first).map((lane) => html`<${LaneHead} key=${`C${lane.connection}`} lane=${lane} letter="C" x=${geometry.client(lane.slot)} />`)}
            ${standingAt(map.upstreams, first).map((lane) => html`<${LaneHead} key=${`U${lane.connection}`} lane=${lane} letter="U" x=${geometry.upstream(lane.slot)} />`)}
        </div>`;
}

// The lanes of the connection map and the lines between them, as one drawing of what is in view.
import { html } from '../html.js';
import * as choice from '../choice.js';
import { microsecondsOf } from '../model/columns.js';
import { HANDSHAKE, NOBODY, UNKNOWN, letterOf } from '../model/lanes.js';
import { MOST_LANES, itemAt } from '../model/map_layout.js';
import { connectionFacts } from '../rows.js';
import { columns, failureOf, identities } from '../state.js';

/** @import { Lane, Line, OriginMap } from '../model/lanes.js' */
/** @import { Geometry, Layout, Shown, Side } from '../model/map_layout.js' */

const WIDE = 14; // pixels of a lane

/** @param {number} known */
const classOf = (known) => (known === HANDSHAKE ? 'handshake' : known === NOBODY ? 'nobody' : known === UNKNOWN ? 'unknown' : `id-${(identities.value.get(known) ?? 0) % 8}`);

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

/** @param {{ shown: Shown, name: string, x: number, layout: Layout, lines: Line[], own: boolean, from: number, to: number }} given `own`: nobody follows in its place */
function LaneBar({ shown, name, x, layout, lines, own, from, to }) {
    const { middle } = layout, { lane } = shown, pointed = lines[choice.pointed.value], touched = pointed && (pointed.client === lane || pointed.upstream === lane);
    const begin = middle[shown.first] - 9;
    const end = own ? Math.min(middle[closedAt(lane, name, lines)] - 9, layout.height - 8) : middle[shown.last] + 11;
    if (end < from || begin > to) return null;
    const parts = [];
    for (let i = 0; i < lane.cells.length; ++i) {
        const top = Math.max(begin, middle[lane.cells[i].at] - 9);
        const bottom = i + 1 < lane.cells.length ? middle[lane.cells[i + 1].at] - 9 : end;
        if (bottom <= top || bottom < from || top > to) continue;
        const seen = Math.max(top, from), unseen = Math.min(bottom, to);
        parts.push(html`<rect class=${`lane ${shown.slot === MOST_LANES - 1 ? 'several' : classOf(lane.cells[i].known)} ${touched ? 'touched' : ''}`} x=${x - WIDE / 2} y=${seen} width=${WIDE} height=${unseen - seen} rx="3" />`);
    }
    const label = name.startsWith('C') ? -13 : 13;
    return html`<g>${parts}<text class=${`lane-name ${label < 0 ? 'left' : ''}`} x=${x + label} y=${middle[shown.first] + 3}>${name}</text></g>`;
}

/** The end of a line: whom that side takes this for. @param {{ x: number, y: number, known: number }} given */
function End({ x, y, known }) {
    if (known === NOBODY) return html`<circle class="end nobody" cx=${x} cy=${y} r="6" />`;
    if (known === HANDSHAKE) return html`<circle class="end handshake" cx=${x} cy=${y} r="8" />`;
    const letter = known === UNKNOWN ? '?' : letterOf(identities.value.get(known) ?? 0);
    return html`<g><circle class=${`end ${classOf(known)}`} cx=${x} cy=${y} r="9.5" /><text class="end-letter" x=${x} y=${y + 4}>${letter}</text></g>`;
}

/** @param {{ line: Line, index: number, y: number, geometry: Geometry, places: Map<Lane | null, number> }} given */
function Wire({ line, index, y, geometry, places }) {
    const id = columns.number('ids', line.row), failure = failureOf.value.get(id);
    const kind = `wire ${failure ? failure.severity : columns.word('leg', line.row) === 'negotiate' ? 'login' : ''} ${line.differ} ${choice.exchange.value === id ? 'chosen' : ''} ${choice.pointed.value === index ? 'touched' : ''}`;
    const left = places.get(line.client), right = places.get(line.upstream);
    const dashed = line.believes === NOBODY ? 'anonymous' : '', dashedRight = line.knows === NOBODY ? 'anonymous' : '';
    return html`<g>
        ${left !== undefined && html`<path class=${`${kind} ${dashed}`} d=${`M${left} ${y}H${geometry.boxLeft}`} />`}
        ${right !== undefined && html`<path class=${`${kind} ${dashedRight}`} d=${`M${geometry.boxRight} ${y}H${right - 9}`} />
            <path class=${`arrow ${kind}`} d=${`M${right - 17} ${y - 4}l7 4l-7 4z`} />`}
        ${left !== undefined && html`<${End} x=${left} y=${y} known=${line.believes} />`}
        ${right !== undefined && html`<${End} x=${right} y=${y} known=${line.knows} />`}
    </g>`;
}

/** @param {{ geometry: Geometry, map: OriginMap, layout: Layout, from: number, to: number }} given */
export function Lanes({ geometry, map, layout, from, to }) {
    const places = new Map();
    const bars = (/** @type {Side} */ side, /** @type {string} */ letter, /** @type {(slot: number) => number} */ place) => side.lanes.map((shown) => {
        const own = side.slots === side.lanes.length, name = letter + shown.lane.connection, x = place(shown.slot);
        places.set(shown.lane, x);
        if (layout.middle[shown.first] - 10 > to || (own ? layout.height : layout.middle[shown.last] + 12) < from) return null;
        return html`<${LaneBar} key=${name} shown=${shown} name=${name} x=${x} layout=${layout} lines=${map.lines} own=${own} from=${from} to=${to} />`;
    });
    const drawn = [bars(layout.clients, 'C', geometry.client), bars(layout.upstreams, 'U', geometry.upstream)];
    const wires = [];
    for (let at = itemAt(layout.items, from); at < layout.items.length && layout.items[at].y < to; ++at) {
        const item = layout.items[at];
        if (item.line >= 0) wires.push(html`<${Wire} key=${item.line} index=${item.line} line=${map.lines[item.line]} y=${layout.middle[item.line]} geometry=${geometry} places=${places} />`);
    }
    return html`
        <svg class="drawing" aria-hidden="true" width=${geometry.width} height=${layout.height} viewBox=${`0 0 ${geometry.width} ${layout.height}`}>
            <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="hatch-ground" width="6" height="6" /><rect class="hatch-line" width="3" height="6" /></pattern></defs>
            ${drawn}
            ${wires}
        </svg>`;
}

/** The connection that stands in each place at the upper edge, or comes next there. @param {Side} side @param {number} index of the first line in view */
function standingAt(side, index) {
    /** @type {Map<number, Shown>} */
    const standing = new Map();
    for (const shown of side.lanes) {
        const known = standing.get(shown.slot);
        if (!known || known.last < index) standing.set(shown.slot, shown);
    }
    return [...standing.values()];
}

/** Left and right lead from one to the next. @param {KeyboardEvent} event */
function walk(event) {
    const sides = { ArrowLeft: -1, ArrowRight: 1 }, heads = [...document.querySelectorAll('button.lane-head')];
    const step = sides[/** @type {keyof typeof sides} */ (event.key)];
    if (!step) return;
    event.preventDefault();
    /** @type {HTMLElement | undefined} */ (heads[heads.indexOf(/** @type {Element} */ (event.currentTarget)) + step])?.focus();
}

/** @param {{ name: string, x: number, gap: number, lower: boolean, first: boolean }} given */
function LaneHead({ name, x, gap, lower, first }) {
    const facts = connectionFacts(name), port = (facts ? (name.startsWith('C') ? facts.peer : facts.local) : '').match(/:(\d+)$/)?.[1];
    return html`
        <button type="button" class=${`lane-head ${gap < 40 ? 'small' : ''} ${lower && gap < 30 ? 'lower' : ''} ${choice.connection.value === name ? 'chosen' : ''}`} style=${{ left: `${x}px` }} tabindex=${first ? 0 : -1}
                onKeyDown=${walk} onClick=${() => choice.selectConnection(name)} title=${`Life of connection ${name}`}><b>${name}</b>${port && gap >= 40 && html`<small>:${port}</small>`}</button>`;
}

/** @param {{ geometry: Geometry, layout: Layout, top: number }} given */
export function LaneHeads({ geometry, layout, top }) {
    const first = layout.items.slice(itemAt(layout.items, top)).find(({ line }) => line >= 0)?.line ?? 0;
    const heads = (/** @type {Side} */ side, /** @type {string} */ letter, /** @type {(slot: number) => number} */ place) => standingAt(side, first).map(({ lane, slot }, at) =>
        (slot === MOST_LANES - 1
            ? html`<span class="lane-head small" style=${{ left: `${place(slot)}px` }} title="Connections that found no lane of their own">+${side.lanes.filter((one) => one.slot === slot).length}</span>`
            : html`<${LaneHead} key=${letter + lane.connection} name=${letter + lane.connection} x=${place(slot)} gap=${geometry.gap} lower=${slot % 2 === 1} first=${letter === 'C' && at === 0} />`));
    return html`
        <div class="lane-heads" style=${{ width: `${geometry.width}px` }}>
            <span class="side-name client" style=${{ left: `${geometry.margin}px` }}>Client → proxy <small>what the client believes</small></span>
            <span class="side-name server" style=${{ left: `${Math.min(geometry.upstream(0) - 23, geometry.width - 268)}px` }}>Proxy → server <small>what the server knows</small></span>
            ${heads(layout.clients, 'C', geometry.client)}${heads(layout.upstreams, 'U', geometry.upstream)}
        </div>`;
}

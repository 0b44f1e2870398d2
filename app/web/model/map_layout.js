// Where each thing of the connection map stands: time runs down, client lanes to the left, server lanes to the
// right, what was asked between them. Numbers only.

import { microsecondsOf } from './columns.js';
import { isFailure } from './groups.js';
import { hostsText, span } from './text.js';

/** @import { Columns } from './columns.js' */
/** @import { Lane, OriginMap } from './lanes.js' */
/** @import { Switch } from '../types.js' */

export const HEIGHT = { line: 30, failure: 50, gap: 24, switch: 30 };
const IDLE = 1_000_000; // microseconds without an exchange that are told
/** So many connections of a side have a lane of their own; of more, those that are not used any more give theirs away. */
const OWN_LANES = 8;
export const MOST_LANES = 24; // of a side; the last one is shared by all that find no other
const PER_SECOND = 90, LONGEST = 360; // pixels of true time

/**
 * @typedef {object} Item
 * @property {'line' | 'gap' | 'switch'} kind
 * @property {number} y its top
 * @property {number} height
 * @property {number} line index into the lines; -1: none
 * @property {string} text of a gap or a switch
 *
 * @typedef {object} Shown a lane that is drawn
 * @property {Lane} lane
 * @property {number} slot where it stands, from the left
 * @property {number} first index of the first line on it that is drawn
 * @property {number} last and of the last
 *
 * @typedef {object} Side
 * @property {Shown[]} lanes in order of first use
 * @property {number} slots
 * @property {number} quiet lanes that no drawn line touches
 *
 * @typedef {object} Layout
 * @property {Side} clients
 * @property {Side} upstreams
 * @property {Item[]} items by y
 * @property {number} height
 * @property {Float64Array} middle of each line; of one that is not drawn, that of the next
 * @property {number[]} drawn indices of the lines that are drawn
 */

/** @param {Switch} change */
export const switchText = (change) => (change.kind === 'policy'
    ? `policy switched: ${change.before ?? ''} → ${change.policy ?? ''}`
    : change.kind === 'interception'
        ? `decrypted from here on: ${hostsText(change.intercept ?? [])}${change.tunnel?.length ? `, never ${change.tunnel.join(', ')}` : ''}`
        : `faults injected from here on: ${change.enabled?.join(', ') || 'none'}`);

/**
 * @param {Columns} columns
 * @param {OriginMap} map
 * @param {{ isShown: (row: number) => boolean, switches: Switch[], trueTime: boolean }} how
 * @returns {Layout}
 */
export function layoutOf(columns, map, { isShown, switches, trueTime }) {
    /** @type {Item[]} */
    const items = [];
    const middle = new Float64Array(map.lines.length + 1);
    /** @type {number[]} */
    const drawn = [];
    let y = 8, ended = 0, next = 0;
    const times = switches.map(({ time }) => microsecondsOf(time));
    const add = (/** @type {Item['kind']} */ kind, /** @type {number} */ height, line = -1, text = '') => {
        items.push({ kind, y, height, line, text });
        y += height;
    };
    map.lines.forEach((line, index) => {
        const started = columns.number('started', line.row);
        const first = drawn.length === 0;
        while (next < switches.length && times[next] <= started) {
            if (!first) add('switch', HEIGHT.switch, -1, switchText(switches[next])); // before the first there is nothing to tell apart
            ++next;
        }
        middle[index] = y + HEIGHT.line / 2;
        if (!isShown(line.row)) return;
        const idle = started - ended;
        if (!first && idle >= IDLE) {
            const apart = trueTime ? Math.min(LONGEST, (idle / 1e6) * PER_SECOND) : HEIGHT.gap;
            add('gap', Math.max(HEIGHT.gap, apart), -1, `${span(idle)} idle${trueTime && apart === LONGEST ? ' (shortened)' : ''}`);
        } else if (!first && trueTime && idle > 0) y += (idle / 1e6) * PER_SECOND;
        middle[index] = y + HEIGHT.line / 2;
        add('line', isFailure(columns.word('finding', line.row)) ? HEIGHT.failure : HEIGHT.line, index);
        drawn.push(index);
        ended = Math.max(ended, started + Math.max(0, columns.number('duration', line.row)));
    });
    while (drawn.length && next < switches.length) add('switch', HEIGHT.switch, -1, switchText(switches[next++]));
    middle[map.lines.length] = y;
    const clients = sideOf(map.clients, drawn, (index) => map.lines[index].client);
    const upstreams = sideOf(map.upstreams, drawn, (index) => map.lines[index].upstream);
    return { items, height: y + 16, middle, drawn, clients, upstreams };
}

/** @param {Lane[]} lanes @param {number[]} drawn @param {(index: number) => Lane | null} laneOf @returns {Side} */
function sideOf(lanes, drawn, laneOf) {
    /** @type {Map<Lane, Shown>} */
    const shown = new Map();
    for (const index of drawn) {
        const lane = laneOf(index), known = lane && shown.get(lane);
        if (known) known.last = index;
        else if (lane) shown.set(lane, { lane, slot: 0, first: index, last: index });
    }
    const all = [...shown.values()];
    return { lanes: all, slots: settle(all), quiet: lanes.length - all.length };
}

/** Gives each lane its place; returns how many places are needed. @param {Shown[]} lanes */
function settle(lanes) {
    if (lanes.length <= OWN_LANES) {
        lanes.forEach((lane, slot) => { lane.slot = slot; });
        return lanes.length;
    }
    /** The last use of the lane that stands there. @type {number[]} */
    const slots = new Array(OWN_LANES).fill(-1);
    for (const lane of lanes) {
        // The place that has been free for longest: connections that follow each other stand apart.
        const own = slots.slice(0, MOST_LANES - 1);
        let slot = own.indexOf(Math.min(...own));
        if (slots[slot] >= lane.first) slot = slots.length < MOST_LANES - 1 ? slots.length : MOST_LANES - 1;
        slots[slot] = Math.max(slots[slot] ?? 0, lane.last);
        lane.slot = slot;
    }
    return slots.length;
}

/** The first item that reaches below `y`. @param {Item[]} items @param {number} y */
export function itemAt(items, y) {
    let low = 0, high = items.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (items[middle].y + items[middle].height <= y) low = middle + 1;
        else high = middle;
    }
    return low;
}

/**
 * @typedef {object} Geometry horizontal places, in pixels
 * @property {number} width
 * @property {number} margin where the lanes begin
 * @property {number} gap from lane to lane
 * @property {boolean} timed there is room for the time of day
 * @property {(slot: number) => number} client middle of a client lane
 * @property {(slot: number) => number} upstream middle of a server lane
 * @property {number} boxLeft
 * @property {number} boxRight
 */

const REST = 24, BESIDE = 48; // pixels right of all, and beside the box in the middle

/** @param {number} available @param {number} clientSlots @param {number} upstreamSlots @param {number} digits of the longest number @returns {Geometry} */
export function geometryOf(available, clientSlots, upstreamSlots, digits) {
    const left = Math.max(1, clientSlots), slots = left + Math.max(1, upstreamSlots);
    const timed = available >= 112 + digits * 8 + slots * 22 + 330;
    const margin = (timed ? 112 : 40) + digits * 8, least = timed ? 280 : 190;
    const gap = Math.max(17, Math.min(46, (available - margin - REST - BESIDE - least) / slots));
    const box = Math.max(least, Math.min(760, available - margin - REST - BESIDE - slots * gap));
    const boxLeft = margin + left * gap + 14, boxRight = boxLeft + box, right = boxRight + 34;
    return {
        width: Math.max(available, right + (slots - left) * gap + REST), margin, gap, timed, boxLeft, boxRight,
        client: (slot) => margin + (slot + 0.5) * gap,
        upstream: (slot) => right + (slot + 0.5) * gap,
    };
}

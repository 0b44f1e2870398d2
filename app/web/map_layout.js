// Where each thing of the connection map stands: time runs down, client lanes to the left, server lanes to the
// right, what was asked between them. Numbers only.

import { microsecondsOf } from './columns.js';
import { isFailure } from './groups.js';
import { span } from './text.js';

/** @import { Columns } from './columns.js' */
/** @import { OriginMap } from './lanes.js' */
/** @import { Switch } from './types.js' */

export const HEIGHT = { line: 30, failure: 50, gap: 24, switch: 30 };
const IDLE = 1_000_000; // microseconds without an exchange that are told
const PER_SECOND = 90, LONGEST = 360; // pixels of true time

/**
 * @typedef {object} Item
 * @property {'line' | 'gap' | 'switch'} kind
 * @property {number} y its top
 * @property {number} height
 * @property {number} line index into the lines; -1: none
 * @property {string} text of a gap or a switch
 *
 * @typedef {object} Layout
 * @property {Item[]} items by y
 * @property {number} height
 * @property {Float64Array} middle of each line; of one that is not drawn, that of the next
 * @property {number[]} drawn indices of the lines that are drawn
 */

/** @param {Switch} change */
export const switchText = (change) => (change.kind === 'policy'
    ? `policy switched: ${change.before ?? ''} → ${change.policy ?? ''}`
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
    return { items, height: y + 16, middle, drawn };
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
 * @property {(slot: number) => number} client middle of a client lane
 * @property {(slot: number) => number} upstream middle of a server lane
 * @property {number} boxLeft
 * @property {number} boxRight
 */

/** @param {number} available @param {number} clientSlots @param {number} upstreamSlots @returns {Geometry} */
export function geometryOf(available, clientSlots, upstreamSlots) {
    const margin = 118, rest = 20, leastBox = 250, mostBox = 520;
    const slots = Math.max(1, clientSlots) + Math.max(1, upstreamSlots);
    const gap = Math.max(26, Math.min(46, (available - margin - rest - leastBox - 60) / slots));
    const lanes = slots * gap + 60;
    const box = Math.max(leastBox, Math.min(mostBox, available - margin - rest - lanes));
    const left = margin + Math.max(1, clientSlots) * gap;
    const boxLeft = left + 14, boxRight = boxLeft + box, right = boxRight + 34;
    return {
        width: Math.max(available, right + Math.max(1, upstreamSlots) * gap + rest),
        client: (slot) => margin + (slot + 0.5) * gap,
        upstream: (slot) => right + (slot + 0.5) * gap,
        boxLeft, boxRight,
    };
}
